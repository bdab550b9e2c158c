import webp from "@jsquash/webp/codec/dec/webp_dec.js";
import { HashError } from "../errors.js";
import { instantiateEmscripten } from "./emscripten.js";
import { orientationOf } from "./exif.js";
import { checkSize } from "./limits.js";
import { text } from "./sniff.js";
import { firstFrame, onCanvas } from "./webp_animation.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").NeedModule} NeedModule */

const VP8X_ALPHA = 0x10;
const VP8X_ANIMATED = 0x02;

/**
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @returns {Promise<Picture>}
 */
export async function decodeWebp(bytes, need) {
  const found = inspectWebp(bytes);
  checkSize(found.width, found.height);
  const frame = found.animated ? firstFrame(bytes) : null;
  const codec = await instantiateEmscripten(webp, await need("webp"));
  const image = codec.decode(frame ? frame.file : bytes);
  if (!image) throw new HashError("damaged", "WebP did not decode");
  checkSize(image.width, image.height);
  const { orientation, hasAlpha } = found;
  if (frame) return { ...onCanvas(image, frame, found), orientation, hasAlpha: true };
  return { data: image.data, width: image.width, height: image.height, orientation, hasAlpha };
}

/**
 * Walks the RIFF chunks (RFC 9649, section 2).
 * @param {Uint8Array} bytes
 * @returns {{ width: number, height: number, orientation: number, hasAlpha: boolean, animated: boolean }}
 */
export function inspectWebp(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 20) throw new HashError("truncated", "WebP header");
  const end = 8 + view.getUint32(4, true);
  if (end > bytes.length) throw new HashError("truncated", "WebP is shorter than it says");
  const found = { width: 0, height: 0, orientation: 1, hasAlpha: false, animated: false };
  for (let at = 12; at + 8 <= end; ) {
    const type = text(bytes, at, 4);
    const length = view.getUint32(at + 4, true);
    const body = at + 8;
    if (body + length > bytes.length) throw new HashError("truncated", `WebP ends inside ${type}`);
    readChunk(type, bytes.subarray(body, body + length), found);
    at = body + length + (length & 1);
  }
  if (!found.width) throw new HashError("damaged", "WebP without a picture");
  return found;
}

/**
 * @param {string} type
 * @param {Uint8Array} body
 * @param {{ width: number, height: number, orientation: number, hasAlpha: boolean, animated: boolean }} found
 */
function readChunk(type, body, found) {
  if (type === "VP8X" && body.length >= 10) {
    found.hasAlpha = (body[0] & VP8X_ALPHA) !== 0;
    found.animated = (body[0] & VP8X_ANIMATED) !== 0;
    found.width = 1 + (body[4] | (body[5] << 8) | (body[6] << 16));
    found.height = 1 + (body[7] | (body[8] << 8) | (body[9] << 16));
  } else if (type === "VP8 " && body.length >= 10) {
    found.width ||= (body[6] | (body[7] << 8)) & 0x3fff;
    found.height ||= (body[8] | (body[9] << 8)) & 0x3fff;
  } else if (type === "VP8L" && body.length >= 5) {
    const packed = body[1] | (body[2] << 8) | (body[3] << 16) | (body[4] << 24);
    found.width ||= (packed & 0x3fff) + 1;
    found.height ||= ((packed >>> 14) & 0x3fff) + 1;
    found.hasAlpha ||= ((packed >>> 28) & 1) === 1;
  } else if (type === "EXIF") {
    const start = text(body, 0, 6) === "Exif\0\0" ? 6 : 0;
    found.orientation = orientationOf(body.subarray(start));
  }
}
