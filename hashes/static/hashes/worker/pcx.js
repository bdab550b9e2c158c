/** @typedef {import("./picture.js").Picture} Picture */

const BITS = 3;
const COLOURS = 16;
const PLANES = 65;
const BLACK = 0x000000;
const WHITE = 0xffffff;

/**
 * PCX of one bit a pixel, whose decoder shows ones as black whatever the palette. As everyone else has it (GIMP, netpbm), a one is
 * the palette's second colour; where the palette has no two, ones are white (ZSoft PCX File Format, revision 5).
 * @param {Picture} picture changed in place
 * @param {Uint8Array} bytes the file
 */
export function inkOrPaper(picture, bytes) {
  if (bytes[BITS] !== 1 || bytes[PLANES] !== 1) return picture;
  const named = [colourAt(bytes, COLOURS), colourAt(bytes, COLOURS + 3)];
  const [zero, one] = named[0] === named[1] ? [BLACK, WHITE] : named;
  const { data, width, height } = picture;
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = ((pixels[at] & WHITE) === BLACK ? one : zero) | 0xff000000;
  return picture;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {number} 0xBBGGRR, as a pixel has it
 */
function colourAt(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
}
