import { HashError } from "../errors.js";

const MOST_SEGMENTS = 15;

/**
 * DICOM's RLE (PS3.5, annex G): one PackBits segment for each byte of each sample, the most significant first.
 * @param {Uint8Array} bytes one frame
 * @param {import("./dicom.js").Header} header
 * @returns {Uint8Array} samples pixel by pixel, little-endian; `header.planar` no longer holds and is cleared
 */
export function unpackRle(bytes, header) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(0, true);
  const depth = header.allocated / 8;
  const step = depth * header.samples;
  if (count !== step || count > MOST_SEGMENTS) throw new HashError("damaged", `RLE of ${count} segments`);
  const raw = new Uint8Array(header.width * header.height * step);
  for (let segment = 0; segment < count; segment++) {
    const start = view.getUint32(4 + segment * 4, true);
    const end = segment + 1 < count ? view.getUint32(8 + segment * 4, true) : bytes.length;
    const sample = Math.floor(segment / depth);
    const place = sample * depth + (depth - 1 - (segment % depth));
    if (!unpack(bytes.subarray(start, end), raw, place, step)) throw new HashError("truncated", "RLE ends too early");
  }
  header.planar = false;
  return raw;
}

/**
 * @param {Uint8Array} packed
 * @param {Uint8Array} raw
 * @param {number} place of the first byte
 * @param {number} step to the next
 */
function unpack(packed, raw, place, step) {
  let at = 0;
  while (place < raw.length) {
    if (at >= packed.length) return false;
    const code = packed[at++];
    if (code < 128) {
      if (at + code >= packed.length) return false;
      for (let left = code; left >= 0 && place < raw.length; left--, place += step) raw[place] = packed[at++];
    } else if (code > 128) {
      const value = packed[at++];
      for (let left = 256 - code; left >= 0 && place < raw.length; left--, place += step) raw[place] = value;
    }
  }
  return true;
}
