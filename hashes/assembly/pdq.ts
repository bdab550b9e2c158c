/**
 * PDQ photo hash, streamed: rows of RGBA go in, 256 bits and a quality come out.
 * Bit-identical to the reference implementation (PyPI `pdqhash`), which holds two float copies of the picture;
 * this holds a strip of 64 rows and two windows of 1/128 of the height. One instance hashes one picture.
 * Source: "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm", Facebook, 2019.
 */
import { ColumnFilter } from "./column_filter";
import { boxRow4, fromRows, luma4, toRows } from "./lanes";
import { GRID, GRID_STRIDE, centre, forgetSamples, mirroredCentre, quadrant, storeRow } from "./samples";
import { bits, dct64To16, quality as qualityOf, transpose16 } from "./spectrum";

const STRIP_ROWS = 64;
const SMALL = 64;

let width: i32 = 0;
let height: i32 = 0;
let stride: usize = 0;
let window: i32 = 0;
let strip: usize = 0;
let lanes: usize = 0;
let filtered: usize = 0;
let blurred: usize = 0;
let scratch: usize = 0;
let rowsIn: i32 = 0;
let rowsBlurred: i32 = 0;
let rowsOut: i32 = 0;
let first!: ColumnFilter;
let second!: ColumnFilter;

const coefficients = memory.data(256 * 4);
const hash = memory.data(32);

/**
 * Starts a picture of width x height pixels, each at least 5, in the memory that the one before had. Returns where strips of at most 64 rows
 * are put.
 */
export function begin(pictureWidth: i32, pictureHeight: i32): usize {
  heap.reset();
  forgetSamples();
  rowsIn = rowsBlurred = rowsOut = 0;
  width = pictureWidth;
  height = pictureHeight;
  const columns: usize = (<usize>width + 3) & ~3;
  stride = columns * 4;
  window = (width + 127) / 128;
  strip = heap.alloc(<usize>STRIP_ROWS * stride);
  lanes = heap.alloc(columns * 16);
  filtered = heap.alloc(columns * 16);
  blurred = heap.alloc(columns * 16);
  scratch = heap.alloc(GRID_STRIDE);
  first = new ColumnFilter(columns, height);
  second = new ColumnFilter(GRID, height);
  return strip;
}

/** Bytes from one row of the strip to the next. */
export function rowStride(): usize {
  return stride;
}

/** Takes in the first `rows` rows of the strip: 64, or fewer for the last one. */
export function push(rows: i32): void {
  for (let row = 0; row < rows; row += 4) {
    const count = min(4, rows - row);
    luma4(strip + <usize>row * stride, stride, stride >> 2, lanes);
    if (width == SMALL && height == SMALL) keepUnfiltered(count);
    else filterGroup(count);
    rowsIn += count;
  }
}

/** A 64x64 picture is taken as it is. */
function keepUnfiltered(count: i32): void {
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < SMALL; j++) {
      const value = load<f32>(lanes + (j << 4) + (row << 2));
      store<f32>(scratch + (j << 2), value);
      store<f32>(scratch + ((<i32>GRID - 1 - j) << 2), value);
    }
    storeRow(scratch, rowsOut++, height);
  }
}

function filterGroup(count: i32): void {
  boxRow4(lanes, filtered, width, window);
  toRows(filtered, stride >> 2, first.row(rowsIn), stride);
  for (let k = 0; k < count; k++) {
    if (first.enter(blurredRow())) afterBlurred();
  }
}

function blurredRow(): usize {
  return blurred + <usize>(rowsBlurred & 3) * stride;
}

function afterBlurred(): void {
  rowsBlurred++;
  if ((rowsBlurred & 3) == 0) secondPass(4);
}

/** The second pass is needed in full along the rows, but down only the columns that are sampled. */
function secondPass(count: i32): void {
  fromRows(blurred, stride, stride >> 2, lanes);
  boxRow4(lanes, filtered, width, window);
  const to = second.row((rowsBlurred - 1) & ~3);
  for (let j = 0; j < <i32>GRID; j++) {
    const column = j < SMALL ? centre(j, width) : mirroredCentre(j - SMALL, width);
    const from = filtered + (<usize>column << 4);
    for (let k: usize = 0; k < 4; k++) store<f32>(to + k * GRID_STRIDE + (j << 2), load<f32>(from + (k << 2)));
  }
  for (let k = 0; k < count; k++) {
    if (second.enter(scratch)) storeRow(scratch, rowsOut++, height);
  }
}

/** After the last strip, before `hashOf`. */
export function finish(): void {
  if (width == SMALL && height == SMALL) return;
  while (first.drain(blurredRow())) afterBlurred();
  if (rowsBlurred & 3) secondPass(rowsBlurred & 3);
  while (second.drain(scratch)) storeRow(scratch, rowsOut++, height);
}

/**
 * The hash of the picture, upside down if `flipRows`, mirrored if `flipColumns`, then with rows and columns changed over if
 * `transpose`. Returns where its 32 bytes are, most significant first. Without any of the three it is the reference's, bit for bit;
 * the others are what the reference says of the really turned pixels but for rounding and the outermost pixels.
 */
export function hashOf(transpose: bool, flipRows: bool, flipColumns: bool): usize {
  const picture = quadrant(flipRows, flipColumns);
  dct64To16(picture, GRID_STRIDE, coefficients);
  if (transpose) transpose16(coefficients);
  bits(coefficients, hash);
  return hash;
}

/** PDQ quality, 0 to 100, of the picture so flipped. */
export function quality(flipRows: bool, flipColumns: bool): i32 {
  return qualityOf(quadrant(flipRows, flipColumns), GRID_STRIDE);
}
