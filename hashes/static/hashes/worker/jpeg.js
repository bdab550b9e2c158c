import mozjpeg from "@jsquash/jpeg/codec/dec/mozjpeg_dec.js";
import { HashError } from "../errors.js";
import { orientationOf } from "./exif.js";
import { lendingDecoder } from "./lending.js";
import { checkSize } from "./limits.js";
import { text } from "./sniff.js";

/** @typedef {import("./picture.js").NeedModule} NeedModule */

/** A JPEG that this decoder stops at: another worker's matter. */
export class CmykJpeg extends Error {}

/**
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @returns {Promise<import("./picture.js").Lent>}
 */
export async function decodeJpeg(bytes, need) {
  const { width, height, components, orientation } = inspectJpeg(bytes);
  checkSize(width, height);
  if (components === 4) throw new CmykJpeg();
  const decode = await lendingDecoder(mozjpeg, await need("jpeg"));
  return {
    lend: (look) => decode(bytes, (image) => {
      if (!image || image.width !== width || image.height !== height) throw new HashError("damaged", "JPEG did not decode");
      return look({ data: image.data, width, height, orientation, hasAlpha: false });
    }),
  };
}

/**
 * Walks the markers to the end of the image (ITU-T T.81, annex B): the decoder itself fills what is missing with grey.
 * @param {Uint8Array} bytes
 * @returns {{ width: number, height: number, components: number, orientation: number }}
 */
export function inspectJpeg(bytes) {
  const found = { width: 0, height: 0, components: 0, orientation: 1 };
  let scans = 0;
  let at = 2;
  for (;;) {
    at = nextMarker(bytes, at);
    const marker = bytes[at - 1];
    if (marker === 0xd9) break;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (at + 2 > bytes.length) throw new HashError("truncated", "JPEG ends inside a marker");
    const length = bytes[at] * 256 + bytes[at + 1];
    const segment = bytes.subarray(at + 2, at + length);
    if (length < 2) throw new HashError("damaged", "JPEG segment without length");
    if (at + length > bytes.length) throw new HashError("truncated", "JPEG ends inside a segment");
    if (isFrame(marker)) readFrame(segment, found);
    else if (marker === 0xe1 && text(segment, 0, 6) === "Exif\0\0") found.orientation = orientationOf(segment.subarray(6));
    else if (marker === 0xda) scans++;
    at += length;
  }
  if (!scans || !found.width || !found.height) throw new HashError("damaged", "JPEG without a picture");
  return found;
}

/**
 * The position after the next marker; entropy-coded data and stuffed bytes on the way are skipped.
 * @param {Uint8Array} bytes
 * @param {number} at
 */
function nextMarker(bytes, at) {
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) throw new HashError("truncated", "JPEG without its end");
    const next = bytes[at + 1];
    if (next === 0xff) at += 1;
    else if (next === 0) at += 2;
    else return at + 2;
  }
}

/** @param {number} marker */
function isFrame(marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * @param {Uint8Array} segment
 * @param {{ width: number, height: number, components: number }} found
 */
function readFrame(segment, found) {
  if (segment.length < 6) throw new HashError("damaged", "JPEG frame header");
  found.height = segment[1] * 256 + segment[2];
  found.width = segment[3] * 256 + segment[4];
  found.components = segment[5];
}
