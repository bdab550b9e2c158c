import { joined } from "./bytes.js";

/** A TGA of full colours may carry a palette for other uses (Truevision TGA specification 2.0, field 2): ImageMagick looks colours up in it. */

const HEADER = 18;
const HAS_MAP = 1;
const KIND = 2;
const MAPPED = 1;
/** Field 4, where the map is described: first entry, count, bits of an entry. */
const MAP = 3;
const MAP_END = 8;

/**
 * @param {Uint8Array} bytes
 * @returns {Uint8Array} the file without a palette that its pixels do not use
 */
export function withoutIdleMap(bytes) {
  if (bytes[HAS_MAP] !== 1 || (bytes[KIND] & 7) === MAPPED) return bytes;
  const header = bytes.slice(0, HEADER);
  header[HAS_MAP] = 0;
  header.fill(0, MAP, MAP_END);
  const start = HEADER + bytes[0];
  const length = (bytes[5] | (bytes[6] << 8)) * Math.ceil(bytes[7] / 8);
  return joined([header, bytes.subarray(HEADER, start), bytes.subarray(start + length)]);
}
