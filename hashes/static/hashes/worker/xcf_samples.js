import { HashError } from "../errors.js";
import { toGamma } from "./xcf_canvas.js";

/** Pixels of an XCF tile as red, green, blue, alpha from 0 to 1, gamma-coded, whatever their precision. */

const GREY = 1;
const INDEXED = 2;
/** Precision, less its last two digits: bytes a sample, and how it is read, 0 to 1. */
const READERS = /** @type {Record<number, [number, (view: DataView, at: number, little: boolean) => number]>} */ ({
  1: [1, (view, at) => view.getUint8(at) / 0xff],
  2: [2, (view, at, little) => view.getUint16(at, little) / 0xffff],
  3: [4, (view, at, little) => view.getUint32(at, little) / 0xffffffff],
  5: [2, (view, at, little) => half(view.getUint16(at, little))],
  6: [4, (view, at, little) => view.getFloat32(at, little)],
  7: [8, (view, at, little) => view.getFloat64(at, little)],
});

/**
 * @param {import("./xcf_reader.js").XcfReader} reader
 * @param {Uint8Array} samples
 * @param {number} bytesPerPixel
 * @param {boolean} [isMask] one number a pixel, taken as it is
 * @returns {(pixel: number) => number[]} the array is the same each time
 */
export function samplesOf(reader, samples, bytesPerPixel, isMask = false) {
  const kind = READERS[Math.floor(reader.precision / 100)];
  if (!kind) throw new HashError("unsupported", `XCF precision ${reader.precision}`);
  const [size, read] = kind;
  const channels = bytesPerPixel / size;
  const view = new DataView(samples.buffer, samples.byteOffset, samples.byteLength);
  const isLinear = reader.precision % 100 === 0 && !isMask;
  const sample = (/** @type {number} */ pixel, /** @type {number} */ channel) => {
    const value = read(view, pixel * bytesPerPixel + channel * size, reader.little);
    return isLinear ? toGamma(value) : value;
  };
  const alpha = (/** @type {number} */ pixel) =>
    channels % 2 === 0 ? read(view, pixel * bytesPerPixel + (channels - 1) * size, reader.little) : 1;
  const out = [0, 0, 0, 0];
  return (pixel) => {
    if (reader.base === INDEXED && !isMask) {
      const entry = samples[pixel * bytesPerPixel] * 3;
      for (let channel = 0; channel < 3; channel++) out[channel] = (reader.colormap[entry + channel] ?? 0) / 255;
    } else {
      const isGrey = reader.base === GREY || isMask;
      for (let channel = 0; channel < 3; channel++) out[channel] = sample(pixel, isGrey ? 0 : channel);
    }
    out[3] = alpha(pixel);
    return out;
  };
}

/**
 * IEEE 754, binary16.
 * @param {number} bits
 */
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : (2 ** -14 * fraction) / 1024);
}
