import { walkAs } from "./picture.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").Walk} Walk */

/**
 * @typedef {object} PdqExports
 * @property {WebAssembly.Memory} memory
 * @property {(width: number, height: number) => number} begin
 * @property {() => number} rowStride
 * @property {(rows: number) => void} push
 * @property {() => void} finish
 * @property {(transpose: boolean, flipRows: boolean, flipColumns: boolean) => number} hashOf
 * @property {(flipRows: boolean, flipColumns: boolean) => number} quality
 */

/** @typedef {{ value: string, quality: number, turned: { variant: string, value: string, quality: number }[] }} Pdq */

/** Rows for columns, flip of the rows, flip of the columns: clockwise turns, of the picture or of its mirror image. */
const TURNS = Object.entries({
  "rotated-90": [true, true, false],
  "rotated-180": [false, true, true],
  "rotated-270": [true, false, true],
  mirrored: [false, false, true],
  "mirrored-rotated-90": [true, true, true],
  "mirrored-rotated-180": [false, true, false],
  "mirrored-rotated-270": [true, false, false],
});

const STRIP_ROWS = 64;
/** PDQ says nothing about less. */
const SMALLEST_SIDE = 5;

/**
 * @param {Picture} picture
 * @param {number} orientation EXIF, 1 to 8
 * @param {WebAssembly.Module} module PDQ, compiled
 * @param {(fraction: number) => void} [onProgress]
 * @returns {Pdq} 64 hexadecimal digits; 0 to 100; and the hashes of the picture turned and mirrored
 */
export function pdq(picture, orientation, module, onProgress = () => {}) {
  const walk = walkAs(picture.width, picture.height, orientation);
  return pdqAlong(pixelsOf(picture), walk, module, onProgress);
}

/**
 * One number a pixel, as stored.
 * @param {Picture} picture
 */
export function pixelsOf({ data, width, height }) {
  return new Uint32Array(data.buffer, data.byteOffset, width * height);
}

/**
 * @param {Uint32Array} pixels
 * @param {Walk} walk which of them, and in which order
 * @param {WebAssembly.Module} module PDQ, compiled
 * @param {(fraction: number) => void} [onProgress]
 * @returns {Pdq}
 */
export function pdqAlong(pixels, walk, module, onProgress = () => {}) {
  if (Math.min(walk.width, walk.height) < SMALLEST_SIDE) return { value: "0".repeat(64), quality: 0, turned: [] };
  const core = coreOf(module);
  const strip = (core.begin(walk.width, walk.height) >>> 0) / 4;
  const stride = (core.rowStride() >>> 0) / 4;
  const target = new Uint32Array(core.memory.buffer);
  for (let top = 0; top < walk.height; top += STRIP_ROWS) {
    const rows = Math.min(STRIP_ROWS, walk.height - top);
    copyStrip(pixels, walk, top, rows, target, strip, stride);
    core.push(rows);
    onProgress((top + rows) / walk.height);
  }
  core.finish();
  const turned = TURNS.map(([variant, turn]) => ({ variant, ...hashOf(core, turn) }));
  return { ...hashOf(core, [false, false, false]), turned };
}

/** Kept, because a new one's memory stays until the garbage collector comes. @type {WeakMap<WebAssembly.Module, PdqExports>} */
const cores = new WeakMap();

/** @param {WebAssembly.Module} module */
function coreOf(module) {
  const known = cores.get(module);
  if (known) return known;
  const imports = { env: { abort() { throw new Error("PDQ stopped"); } } };
  const core = /** @type {PdqExports} */ (/** @type {unknown} */ (new WebAssembly.Instance(module, imports).exports));
  cores.set(module, core);
  return core;
}

/**
 * Copies rows as displayed; where rows and columns change places, along the stored rows, which lie together in memory.
 * @param {Uint32Array} pixels
 * @param {Walk} walk
 * @param {number} top
 * @param {number} rows
 * @param {Uint32Array} target
 * @param {number} strip
 * @param {number} stride
 */
function copyStrip(pixels, walk, top, rows, target, strip, stride) {
  const from = walk.start + top * walk.down;
  if (walk.right === 1) {
    for (let y = 0; y < rows; y++) {
      const row = from + y * walk.down;
      target.set(pixels.subarray(row, row + walk.width), strip + y * stride);
    }
  } else if (walk.right === -1) {
    for (let y = 0; y < rows; y++) {
      const row = from + y * walk.down;
      for (let x = 0; x < walk.width; x++) target[strip + y * stride + x] = pixels[row - x];
    }
  } else {
    for (let x = 0; x < walk.width; x++) {
      const column = from + x * walk.right;
      for (let y = 0; y < rows; y++) target[strip + y * stride + x] = pixels[column + y * walk.down];
    }
  }
}

/**
 * @param {PdqExports} core
 * @param {boolean[]} turn as in TURNS
 */
function hashOf(core, [transpose, flipRows, flipColumns]) {
  const at = core.hashOf(transpose, flipRows, flipColumns) >>> 0;
  const bytes = new Uint8Array(core.memory.buffer, at, 32);
  const value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { value, quality: core.quality(flipRows, flipColumns) };
}
