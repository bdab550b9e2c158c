import { HashError } from "../errors.js";
import { text } from "./sniff.js";

/** The boxes that HEIC and AVIF are made of (ISO/IEC 14496-12, 23008-12): size and turning of the primary picture. */

/** @typedef {{ type: string, body: Uint8Array }} Box */
/** @typedef {{ width: number, height: number, orientation: number }} Primary */

/** irot (counter-clockwise quarter turns) then imir (0 top and bottom, 1 left and right), as EXIF orientation. */
const ORIENTATIONS = [[1, 4, 2], [8, 5, 7], [3, 2, 4], [6, 7, 5]];

/**
 * @param {Uint8Array} bytes
 * @returns {Primary} size as stored
 * @throws {HashError} truncated, damaged
 */
export function inspectIsobmff(bytes) {
  const meta = boxes(bytes, 0).find(({ type }) => type === "meta");
  if (!meta) throw new HashError("damaged", "no meta box");
  const inside = boxes(meta.body, 4);
  const properties = find(inside, "iprp");
  const primary = primaryItem(find(inside, "pitm"));
  const list = boxes(find(boxes(properties, 0), "ipco"), 0);
  const wanted = associations(find(boxes(properties, 0), "ipma"), primary).map((index) => list[index - 1]).filter(Boolean);
  const size = wanted.find(({ type }) => type === "ispe")?.body;
  if (!size || size.length < 12) throw new HashError("damaged", "a picture without size");
  const view = viewOf(size);
  return { width: view.getUint32(4), height: view.getUint32(8), orientation: turning(wanted) };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} start
 * @returns {Box[]}
 */
export function boxes(bytes, start) {
  const view = viewOf(bytes);
  const found = [];
  for (let at = start; at + 8 <= bytes.length; ) {
    const type = text(bytes, at + 4, 4);
    let size = view.getUint32(at);
    let head = 8;
    if (size === 1 && at + 16 <= bytes.length) {
      size = Number(view.getBigUint64(at + 8));
      head = 16;
    } else if (size === 0) size = bytes.length - at;
    if (size < head) throw new HashError("damaged", `box ${type} of ${size} bytes`);
    if (at + size > bytes.length) throw new HashError("truncated", `ends inside box ${type}`);
    found.push({ type, body: bytes.subarray(at + head, at + size) });
    at += size;
  }
  return found;
}

/**
 * @param {Box[]} list
 * @param {string} wanted
 */
export function find(list, wanted) {
  const box = list.find(({ type }) => type === wanted);
  if (!box) throw new HashError("damaged", `no ${wanted} box`);
  return box.body;
}

/** @param {Uint8Array} body of pitm */
function primaryItem(body) {
  return body[0] === 0 ? viewOf(body).getUint16(4) : viewOf(body).getUint32(4);
}

/**
 * @param {Uint8Array} body of ipma
 * @param {number} item
 * @returns {number[]} indices into ipco, from 1, in order
 */
function associations(body, item) {
  const view = viewOf(body);
  const wide = (body[3] & 1) === 1;
  const long = body[0] >= 1;
  let at = 8;
  for (let left = view.getUint32(4); left > 0; left--) {
    const id = long ? view.getUint32(at) : view.getUint16(at);
    at += long ? 4 : 2;
    const count = body[at++];
    const indices = Array.from({ length: count }, (_, k) =>
      wide ? view.getUint16(at + 2 * k) & 0x7fff : view.getUint8(at + k) & 0x7f);
    if (id === item) return indices;
    at += count * (wide ? 2 : 1);
  }
  return [];
}

/** @param {Box[]} properties */
function turning(properties) {
  const turns = (properties.find(({ type }) => type === "irot")?.body[0] ?? 0) & 3;
  const mirror = properties.find(({ type }) => type === "imir")?.body[0];
  return ORIENTATIONS[turns][mirror === undefined ? 0 : 1 + (mirror & 1)];
}

/** @param {Uint8Array} bytes */
export function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
