import { HashError } from "../errors.js";
import { checkSize } from "./limits.js";

/** Grey with alpha in a TGA, 16 bits a pixel (Truevision TGA specification 2.0, image types 3 and 11): ImageMagick takes it for colours. */

/** @typedef {import("./picture.js").Picture} Picture */

const HEADER = 18;
const GREY = 3;
const GREY_RLE = 11;
/** Bits 4 and 5 of the last header byte, from the right and from the top, as EXIF counts. */
const ORIENTATIONS = [4, 3, 1, 2];

/** @param {Uint8Array} bytes */
export function isGreyAlphaTga(bytes) {
  return (bytes[2] === GREY || bytes[2] === GREY_RLE) && bytes[16] === 16;
}

/**
 * @param {Uint8Array} bytes
 * @returns {Picture}
 */
export function decodeGreyAlphaTga(bytes) {
  const width = bytes[12] | (bytes[13] << 8);
  const height = bytes[14] | (bytes[15] << 8);
  checkSize(width, height);
  const start = HEADER + bytes[0];
  const pairs = bytes[2] === GREY ? bytes.subarray(start) : unpack(bytes, start, width * height * 2);
  if (pairs.length < width * height * 2) throw new HashError("truncated", "TGA ends inside its picture");
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (pairs[2 * at] * 0x010101) | (pairs[2 * at + 1] << 24);
  const data = new Uint8Array(pixels.buffer);
  return { data, width, height, orientation: ORIENTATIONS[(bytes[17] >> 4) & 3], hasAlpha: true };
}

/**
 * Packets of a repeated pixel, or of pixels.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} length
 * @returns {Uint8Array} shorter where the file ends too early
 */
function unpack(bytes, at, length) {
  const out = new Uint8Array(length);
  let place = 0;
  while (place < length && at < bytes.length) {
    const count = 2 * ((bytes[at] & 127) + 1);
    const repeats = bytes[at++] > 127;
    const end = Math.min(length, place + count);
    if (at + (repeats ? 2 : count) > bytes.length) break;
    for (let index = 0; place < end; index++, place++) out[place] = bytes[at + (repeats ? index & 1 : index)];
    at += repeats ? 2 : count;
  }
  return out.subarray(0, place);
}
