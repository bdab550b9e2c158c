import { HashError } from "../errors.js";
import { boxes, find, viewOf } from "./isobmff.js";
import { text } from "./sniff.js";

/**
 * Whether a HEIC's coded pictures are all there: its decoder paints over what is missing and says nothing.
 * Every item must lie inside the file (ISO/IEC 14496-12, iloc) and be a chain of NAL units (14496-15), in which three zero bytes
 * never follow each other (ITU-T H.265, 7.4.2): a download that stopped leaves zeros.
 * @param {Uint8Array} bytes
 * @throws {HashError} truncated, damaged
 */
export function checkHevcItems(bytes) {
  const meta = boxes(find(boxes(bytes, 0), "meta"), 4);
  const coded = codedItems(find(meta, "iinf"));
  for (const { id, start, length } of extents(find(meta, "iloc"))) {
    if (!coded.has(id)) continue;
    if (start + length > bytes.length) throw new HashError("truncated", `item ${id} is cut off`);
    checkChain(bytes.subarray(start, start + length), id);
  }
}

/**
 * @param {Uint8Array} body of iinf
 * @returns {Set<number>} the items that are HEVC pictures
 */
function codedItems(body) {
  const found = new Set();
  for (const { type, body: entry } of boxes(body, body[0] === 0 ? 6 : 8)) {
    if (type !== "infe" || entry[0] < 2) continue;
    const wide = entry[0] === 3;
    const id = wide ? viewOf(entry).getUint32(4) : viewOf(entry).getUint16(4);
    if (text(entry, wide ? 10 : 8, 4) === "hvc1") found.add(id);
  }
  return found;
}

/**
 * @param {Uint8Array} body of iloc
 * @returns {{ id: number, start: number, length: number }[]} those that lie in the file itself
 */
function extents(body) {
  const view = viewOf(body);
  const version = body[0];
  const [offsetSize, lengthSize, baseSize] = [body[4] >> 4, body[4] & 15, body[5] >> 4];
  const indexSize = version === 0 ? 0 : body[5] & 15;
  let at = 6;
  const next = (/** @type {number} */ size) => {
    at += size;
    if (size === 0) return 0;
    if (size === 2) return view.getUint16(at - 2);
    return size === 8 ? Number(view.getBigUint64(at - 8)) : view.getUint32(at - 4);
  };
  const found = [];
  for (let items = next(version < 2 ? 2 : 4); items > 0; items--) {
    const id = next(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : next(2) & 15;
    next(2);
    const base = next(baseSize);
    for (let count = next(2); count > 0; count--) {
      next(indexSize);
      const start = base + next(offsetSize);
      const length = next(lengthSize);
      if (method === 0) found.push({ id, start, length });
    }
  }
  return found;
}

/**
 * @param {Uint8Array} item
 * @param {number} id
 */
function checkChain(item, id) {
  const view = viewOf(item);
  let at = 0;
  while (at + 4 <= item.length) {
    const length = view.getUint32(at);
    const end = at + 4 + length;
    if (length === 0 || end > item.length || hasThreeZeros(item.subarray(at + 4, end))) {
      throw new HashError("damaged", `item ${id} has a gap`);
    }
    at = end;
  }
  if (at !== item.length) throw new HashError("damaged", `item ${id} ends inside a unit`);
}

/** @param {Uint8Array} bytes */
function hasThreeZeros(bytes) {
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) {
    if (bytes[at + 1] === 0 && bytes[at + 2] === 0) return true;
  }
  return false;
}
