/** Finds what surrounds the picture in a screenshot: bars and borders that are nearly all of one colour. */

/** @typedef {import("./picture.js").Walk} Walk */
/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box pixels as displayed; right and bottom are outside */

/** A channel may differ by so much and still be the same colour: compression leaves traces. */
const SAME_COLOUR = 12;
/** A row of an app's bar: nearly all background, with some letters and signs on it. */
const BAR_SHARE = 0.85;
/** Letters may fill a few rows more than that; a picture is higher. */
const LETTERS = 0.03;
/** There must be as much as this at both of two opposite ends: a plain sky is at one only. */
const LEAST_CUT = 0.01;
/** Less than this, of either side, is no picture any more. */
const LEAST_LEFT = 0.25;
const MOST_SAMPLES = 512;

/**
 * @param {Uint32Array} pixels as stored
 * @param {Walk} walk how they are displayed
 * @returns {Box | null} null where nothing, or nearly everything, would go
 */
export function findPicture(pixels, walk) {
  const { width, height } = walk;
  const [top, bottom] = span(pixels, walk.start, walk.down, height, walk.right, width);
  const [left, right] = span(pixels, walk.start + top * walk.down, walk.right, width, walk.down, bottom - top);
  const cut = Math.max(Math.min(left, width - right) / width, Math.min(top, height - bottom) / height);
  const small = Math.min((right - left) / width, (bottom - top) / height) < LEAST_LEFT;
  return cut < LEAST_CUT || small ? null : { left, top, right, bottom };
}

/**
 * @param {Walk} walk
 * @param {Box} box
 * @returns {Walk} of what is inside the box
 */
export function walkInside(walk, { left, top, right, bottom }) {
  return { ...walk, width: right - left, height: bottom - top, start: walk.start + left * walk.right + top * walk.down };
}

/**
 * The lines between the bars at both ends.
 * @param {Uint32Array} pixels
 * @param {number} start
 * @param {number} across step from line to line
 * @param {number} lines
 * @param {number} along step from pixel to pixel of a line
 * @param {number} length of a line
 * @returns {[number, number]}
 */
function span(pixels, start, across, lines, along, length) {
  const first = bars(pixels, start, across, lines, along, length);
  const last = bars(pixels, start + (lines - 1) * across, -across, lines - first, along, length);
  return [first, lines - last];
}

/**
 * How many lines from the start belong to bars of the first one's colour, letting few others stand between.
 * @param {Uint32Array} pixels
 * @param {number} start
 * @param {number} across
 * @param {number} lines
 * @param {number} along
 * @param {number} length
 */
function bars(pixels, start, across, lines, along, length) {
  const gap = Math.ceil(lines * LETTERS);
  const colour = pixels[start];
  let found = 0;
  for (let line = 0; line < lines && line - found <= gap; line++) {
    if (isBar(pixels, start + line * across, along, length, colour)) found = line + 1;
  }
  return found;
}

/**
 * Whether nearly all of a line has this colour.
 * @param {Uint32Array} pixels
 * @param {number} start
 * @param {number} step
 * @param {number} length
 * @param {number} colour
 */
function isBar(pixels, start, step, length, colour) {
  const stride = Math.max(1, Math.floor(length / MOST_SAMPLES));
  const count = Math.ceil(length / stride);
  let same = 0;
  for (let at = 0; at < count; at++) same += isNear(pixels[start + at * stride * step], colour) ? 1 : 0;
  return same >= count * BAR_SHARE;
}

/**
 * @param {number} one 0xAABBGGRR
 * @param {number} other
 */
function isNear(one, other) {
  return Math.abs((one & 255) - (other & 255)) <= SAME_COLOUR
    && Math.abs(((one >> 8) & 255) - ((other >> 8) & 255)) <= SAME_COLOUR
    && Math.abs(((one >> 16) & 255) - ((other >> 16) & 255)) <= SAME_COLOUR;
}
