import { HashError } from "../errors.js";

/** @typedef {import("./dicom.js").Header} Header */
/** @typedef {import("dicom-parser").DataSet} DataSet */

/**
 * Grey samples through rescale and window (PS3.3, C.11.1 and C.11.2.1.2), or through the palette (C.7.6.3.1.5).
 * @param {Uint8Array} raw little-endian
 * @param {Header} header
 * @param {DataSet} set
 * @returns {Uint8Array} RGBA
 */
export function greyOf(raw, header, set) {
  return shadesOf(samplesOf(raw, header), header, set);
}

/**
 * @param {ArrayLike<number>} samples
 * @param {Header} header
 * @param {DataSet} set
 * @returns {Uint8Array} RGBA
 */
export function shadesOf(samples, header, set) {
  if (header.photometric === "PALETTE COLOR") return throughPalette(samples, set);
  const shade = windowOf(samples, set);
  const flip = header.photometric === "MONOCHROME1" ? 255 : 0;
  return rgba(samples.length, (index) => {
    const value = shade(samples[index]) ^ flip;
    return value * 0x010101;
  });
}

/**
 * @param {Uint8Array} raw
 * @param {Header} header
 * @returns {Uint8Array} RGBA
 */
export function rgbOf(raw, { allocated, planar, photometric, width, height }) {
  if (allocated !== 8 || (photometric !== "RGB" && photometric !== "YBR_FULL")) {
    throw new HashError("unsupported", `DICOM ${photometric} of ${allocated} bits`);
  }
  const count = width * height;
  const [pixel, plane] = planar ? [1, count] : [3, 1];
  return rgba(count, (index) => {
    const at = index * pixel;
    const [a, b, c] = [raw[at], raw[at + plane], raw[at + 2 * plane]];
    return photometric === "RGB" ? a | (b << 8) | (c << 16) : fromYbr(a, b - 128, c - 128);
  });
}

/**
 * PS3.3, C.7.6.3.1.2.
 * @param {number} y
 * @param {number} cb
 * @param {number} cr
 */
function fromYbr(y, cb, cr) {
  const [r, g, b] = [y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb].map(
    (value) => Math.max(0, Math.min(255, Math.round(value))));
  return r | (g << 8) | (b << 16);
}

/**
 * @param {Uint8Array} raw
 * @param {Header} header
 */
function samplesOf(raw, { allocated, stored, signed }) {
  if (allocated === 8) return signed ? new Int8Array(raw.buffer) : raw;
  if (allocated !== 16) throw new HashError("unsupported", `DICOM of ${allocated} bits`);
  const words = new Uint16Array(raw.buffer, raw.byteOffset, raw.length / 2);
  const shift = 16 - stored;
  // What lies above the stored bits is not the picture's.
  if (signed) return Int16Array.from(words, (word) => ((word << (16 + shift)) >> 16) >> shift);
  return shift ? words.map((word) => word & (0xffff >> shift)) : words;
}

/**
 * @param {ArrayLike<number>} samples
 * @param {DataSet} set
 * @returns {(sample: number) => number} 0 to 255
 */
function windowOf(samples, set) {
  const slope = set.floatString("x00281053") ?? 1;
  const intercept = set.floatString("x00281052") ?? 0;
  let centre = set.floatString("x00281050");
  let width = set.floatString("x00281051");
  if (centre === undefined || width === undefined || width < 1) {
    const { least, most } = extremes(samples);
    const range = Math.max(1, (most - least) * slope);
    return (sample) => Math.round(((sample - least) * slope * 255) / range);
  }
  const spread = Math.max(1, width - 1);
  const middle = centre - 0.5;
  return (sample) => {
    const value = ((sample * slope + intercept - middle) / spread + 0.5) * 255;
    return Math.round(Math.max(0, Math.min(255, value)));
  };
}

/** @param {ArrayLike<number>} samples */
function extremes(samples) {
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < samples.length; at++) {
    least = Math.min(least, samples[at]);
    most = Math.max(most, samples[at]);
  }
  return { least, most };
}

/**
 * @param {ArrayLike<number>} samples
 * @param {DataSet} set
 */
function throughPalette(samples, set) {
  const first = set.uint16("x00281101", 1) ?? 0;
  const bits = set.uint16("x00281101", 2) ?? 16;
  const tables = ["x00281201", "x00281202", "x00281203"].map((tag) => {
    const element = set.elements[tag];
    if (!element) throw new HashError("damaged", "DICOM palette is missing");
    const length = bits === 8 ? element.length : element.length / 2;
    return (/** @type {number} */ index) => {
      const place = Math.max(0, Math.min(length - 1, index - first));
      return bits === 8 ? set.byteArray[element.dataOffset + place] : (set.uint16(tag, place) ?? 0) >> 8;
    };
  });
  return rgba(samples.length, (index) => {
    const [r, g, b] = tables.map((table) => table(samples[index]));
    return r | (g << 8) | (b << 16);
  });
}

/**
 * @param {number} count
 * @param {(index: number) => number} colour 0xBBGGRR
 */
function rgba(count, colour) {
  const pixels = new Uint32Array(count);
  for (let index = 0; index < count; index++) pixels[index] = colour(index) | 0xff000000;
  return new Uint8Array(pixels.buffer);
}
