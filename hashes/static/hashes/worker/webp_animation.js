import { HashError } from "../errors.js";
import { text } from "./sniff.js";

/** The first frame of an animated WebP (RFC 9649, section 2.7.1.1) as a WebP of its own: the codec knows still pictures only. */

/** @typedef {{ file: Uint8Array, left: number, top: number }} Frame */

const VP8X_ALPHA = 0x10;
const FRAME_HEADER = 16;

/**
 * @param {Uint8Array} bytes a WebP whose chunks are known to be inside it
 * @returns {Frame}
 */
export function firstFrame(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 12; at + 8 + FRAME_HEADER <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (text(bytes, at, 4) === "ANMF") {
      const head = bytes.subarray(at + 8, at + 8 + FRAME_HEADER);
      const chunks = bytes.subarray(at + 8 + FRAME_HEADER, at + 8 + length);
      return { file: stillPicture(head, chunks), left: 2 * uint24(head, 0), top: 2 * uint24(head, 3) };
    }
    at += 8 + length + (length & 1);
  }
  throw new HashError("damaged", "animated WebP without a frame");
}

/**
 * @param {Uint8Array} head of the frame: its size, less one, is at 6
 * @param {Uint8Array} chunks
 */
function stillPicture(head, chunks) {
  const file = new Uint8Array(30 + chunks.length);
  const view = new DataView(file.buffer);
  file.set(Array.from("RIFF....WEBPVP8X", (letter) => letter.charCodeAt(0)));
  view.setUint32(4, file.length - 8, true);
  view.setUint32(16, 10, true);
  file[20] = VP8X_ALPHA;
  file.set(head.subarray(6, 12), 24);
  file.set(chunks, 30);
  return file;
}

/**
 * @param {{ data: Uint8ClampedArray, width: number, height: number }} image
 * @param {Frame} frame
 * @param {{ width: number, height: number }} canvas
 */
export function onCanvas(image, { left, top }, { width, height }) {
  if (left === 0 && top === 0 && image.width === width && image.height === height) {
    return { data: image.data, width, height };
  }
  if (left + image.width > width || top + image.height > height) throw new HashError("damaged", "frame outside its canvas");
  const data = new Uint8ClampedArray(width * height * 4);
  for (let row = 0; row < image.height; row++) {
    const from = row * image.width * 4;
    data.set(image.data.subarray(from, from + image.width * 4), ((top + row) * width + left) * 4);
  }
  return { data, width, height };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function uint24(bytes, at) {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
}
