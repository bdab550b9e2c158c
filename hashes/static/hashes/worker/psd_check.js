import { HashError } from "../errors.js";

/** Whether a PSD's merged picture is all there (Adobe Photoshop File Formats Specification): its decoder falls back to a layer. */

const HEADER = 26;
const RAW = 0;
const RLE = 1;

/**
 * @param {Uint8Array} bytes
 * @throws {HashError} truncated
 */
export function checkPsd(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER) throw cut();
  const wide = view.getUint16(4) === 2;
  const rows = view.getUint16(12) * view.getUint32(14);
  const rowBytes = Math.ceil((view.getUint32(18) * view.getUint16(22)) / 8);
  let at = skip(view, skip(view, HEADER, 4), 4);
  at = skip(view, at, wide ? 8 : 4);
  if (at + 2 > bytes.length) throw cut();
  const compression = view.getUint16(at);
  at += 2;
  if (compression === RAW) at += rows * rowBytes;
  else if (compression === RLE) at += packedLength(view, at, rows, wide ? 4 : 2);
  if (at > bytes.length) throw cut();
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} size of the length before a section
 */
function skip(view, at, size) {
  if (at + size > view.byteLength) throw cut();
  return at + size + (size === 8 ? Number(view.getBigUint64(at)) : view.getUint32(at));
}

/**
 * @param {DataView} view
 * @param {number} at
 * @param {number} rows
 * @param {number} size of a row's length
 */
function packedLength(view, at, rows, size) {
  if (at + rows * size > view.byteLength) throw cut();
  let sum = rows * size;
  for (let row = 0; row < rows; row++) sum += size === 2 ? view.getUint16(at + row * 2) : view.getUint32(at + row * 4);
  return sum;
}

function cut() {
  return new HashError("truncated", "PSD ends before its merged picture does");
}
