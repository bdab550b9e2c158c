import { TiffDirectory } from "./tiff_directory.js";

/**
 * TIFF of grey whose zero is white (TIFF 6.0, section 3). Its decoder minds that at 1, 8 and 16 bits without alpha only, and shows the
 * others as negatives; so it is told that zero is black, and the turning is done here.
 */

/** @typedef {import("./picture.js").Picture} Picture */

const PHOTOMETRIC = 262;
const WHITE_IS_ZERO = 0;
const BLACK_IS_ZERO = 1;
const COLOURS = 0xffffff;

/**
 * @param {Uint8Array} bytes changed in place
 * @returns {boolean} whether zero was white
 */
export function takeZeroForBlack(bytes) {
  const directory = new TiffDirectory(bytes);
  if (directory.valueOf(PHOTOMETRIC) !== WHITE_IS_ZERO) return false;
  directory.change(PHOTOMETRIC, BLACK_IS_ZERO);
  return true;
}

/** @param {Picture} picture changed in place */
export function negative(picture) {
  const { data, width, height } = picture;
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] ^= COLOURS;
  return picture;
}
