import { HashError } from "../errors.js";
import { joined } from "./bytes.js";
import { inflateZlib } from "./inflate.js";

/** A PNG's palette indices as they are stored (PNG, third edition, sections 7.2 and 9): what a hasher sees that ignores the palette. */

/**
 * @param {Uint8Array[]} parts the bodies of the IDAT chunks
 * @param {number} width
 * @param {number} height
 * @param {number} depth bits of an index: 1, 2, 4 or 8
 * @returns {Uint8Array} one byte a pixel
 */
export function paletteIndices(parts, width, height, depth) {
  const rowBytes = Math.ceil((width * depth) / 8);
  const wanted = (rowBytes + 1) * height;
  const filtered = inflateZlib(joined(parts), wanted);
  if (filtered.length < wanted) throw new HashError("truncated", "PNG has too few indices");
  const indices = new Uint8Array(width * height);
  /** @type {Uint8Array} */
  let above = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    const row = filtered.subarray(start + 1, start + 1 + rowBytes);
    unfilter(filtered[start], row, above);
    unpack(row, depth, indices.subarray(y * width, (y + 1) * width));
    above = row;
  }
  return indices;
}

/**
 * Undoes a row's filter in place; with a palette, the pixel to the left is always the byte to the left.
 * @param {number} filter
 * @param {Uint8Array} row
 * @param {Uint8Array} above
 */
function unfilter(filter, row, above) {
  for (let x = 0; x < row.length; x++) {
    const left = x ? row[x - 1] : 0;
    if (filter === 1) row[x] += left;
    else if (filter === 2) row[x] += above[x];
    else if (filter === 3) row[x] += (left + above[x]) >> 1;
    else if (filter === 4) row[x] += paeth(left, above[x], x ? above[x - 1] : 0);
  }
}

/**
 * @param {number} left
 * @param {number} up
 * @param {number} corner
 */
function paeth(left, up, corner) {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/**
 * @param {Uint8Array} row
 * @param {number} depth
 * @param {Uint8Array} out
 */
function unpack(row, depth, out) {
  const mask = (1 << depth) - 1;
  for (let x = 0; x < out.length; x++) {
    const bit = x * depth;
    out[x] = (row[bit >> 3] >> (8 - depth - (bit & 7))) & mask;
  }
}
