import { decode, initSync } from "@jsquash/png/codec/pkg/squoosh_png.js";
import { HashError } from "../errors.js";
import { crc32 } from "./crc32.js";
import { orientationOf } from "./exif.js";
import { checkSize } from "./limits.js";
import { paletteRaw } from "./picture.js";
import { paletteIndices } from "./png_palette.js";
import { text } from "./sniff.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").NeedModule} NeedModule */

/**
 * @typedef {object} PngParts
 * @property {number} width
 * @property {number} height
 * @property {number} orientation EXIF, 1 to 8
 * @property {boolean} hasAlpha
 * @property {number} indexDepth bits of a palette index; 0 without a palette, or interlaced
 * @property {Uint8Array[]} data bodies of IDAT
 * @property {Uint8Array} needed the file without what a picture does not need
 */

const NEEDED = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/**
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @returns {Promise<Picture>}
 */
export async function decodePng(bytes, need) {
  const { width, height, orientation, hasAlpha, indexDepth, data, needed } = inspectPng(bytes);
  checkSize(width, height);
  initSync(await need("png"));
  const image = decode(needed);
  if (image.width !== width || image.height !== height) throw new HashError("damaged", "PNG did not decode");
  const raws = indexDepth ? [paletteRaw(paletteIndices(data, width, height, indexDepth), width, height)] : [];
  return { data: image.data, width, height, orientation, hasAlpha, raws };
}

/**
 * Walks the chunks to IEND (PNG, third edition, section 5), and checks their sums: the decoder does not. Times, texts, profiles and
 * further frames are left out: the decoder stops at one that is wrong, where nobody else does.
 * @param {Uint8Array} bytes changed in place: what is needed moves together
 * @returns {PngParts}
 */
export function inspectPng(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** @type {PngParts} */
  const found = { width: 0, height: 0, orientation: 1, hasAlpha: false, indexDepth: 0, data: [], needed: bytes };
  let kept = 8;
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) throw new HashError("truncated", "PNG without its end");
    const length = view.getUint32(at);
    const type = text(bytes, at + 4, 4);
    let body = at + 8;
    if (body + length + 4 > bytes.length) throw new HashError("truncated", `PNG ends inside ${type}`);
    if (isCritical(bytes[at + 4]) && crc32(bytes.subarray(at + 4, body + length)) !== view.getUint32(body + length)) {
      throw new HashError("damaged", `PNG checksum of ${type}`);
    }
    const next = body + length + 4;
    if (NEEDED.has(type)) {
      bytes.copyWithin(kept, at, next);
      body = kept + 8;
      kept += next - at;
    }
    if (type === "IHDR" && length === 13) {
      found.width = view.getUint32(body);
      found.height = view.getUint32(body + 4);
      found.hasAlpha = (bytes[body + 9] & 4) !== 0;
      const isIndexed = bytes[body + 9] === 3 && bytes[body + 12] === 0;
      found.indexDepth = isIndexed ? bytes[body + 8] : 0;
    } else if (type === "tRNS") found.hasAlpha = true;
    else if (type === "eXIf") found.orientation = orientationOf(bytes.subarray(body, body + length));
    else if (type === "IDAT") found.data.push(bytes.subarray(body, body + length));
    else if (type === "IEND") break;
    at = next;
  }
  found.needed = bytes.subarray(0, kept);
  if (!found.data.length) throw new HashError("damaged", "PNG without a picture");
  return found;
}

/**
 * Chunks that a decoder can't do without begin with a capital letter.
 * @param {number} firstLetter
 */
function isCritical(firstLetter) {
  return (firstLetter & 0x20) === 0;
}
