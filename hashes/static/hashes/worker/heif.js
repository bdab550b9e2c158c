import avif from "@jsquash/avif/codec/dec/avif_dec.js";
// @ts-ignore: the package describes its types, but not the factory that it exports
import libheif from "libheif-js/libheif-wasm/libheif.js";
import { HashError } from "../errors.js";
import { instantiateEmscripten } from "./emscripten.js";
import { checkHevcItems } from "./hevc_items.js";
import { inspectIsobmff } from "./isobmff.js";
import { checkSize } from "./limits.js";
import { hashPhoto } from "./photo.js";
import { serve } from "./serve.js";

/** The worker for HEIC and AVIF, the photos of newer phones. */

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").NeedModule} NeedModule */

/**
 * libheif turns the picture itself, as the standard wants; nothing that reads HEIC sees it otherwise.
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @returns {Promise<Picture>}
 */
async function decodeHeic(bytes, need) {
  const { width, height } = inspectIsobmff(bytes);
  checkSize(width, height);
  checkHevcItems(bytes);
  const codec = await instantiateEmscripten(libheif, await need("heif"));
  const images = new codec.HeifDecoder().decode(bytes);
  const image = images.find((/** @type {any} */ candidate) => candidate.is_primary());
  if (!image) throw new HashError("damaged", "HEIC without a primary picture");
  const shown = { width: image.get_width(), height: image.get_height() };
  checkSize(shown.width, shown.height);
  const data = new Uint8ClampedArray(shown.width * shown.height * 4);
  const drawn = await new Promise((resolve) => image.display({ data, ...shown }, resolve));
  if (!drawn) throw new HashError("damaged", "HEIC did not decode");
  return { data, ...shown, orientation: 1, hasAlpha: image.has_alpha_channel() };
}

/**
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @returns {Promise<Picture>}
 */
async function decodeAvif(bytes, need) {
  const { width, height, orientation } = inspectIsobmff(bytes);
  checkSize(width, height);
  const codec = await instantiateEmscripten(avif, await need("avif"));
  const image = codec.decode(bytes, 8);
  if (!image) throw new HashError("damaged", "AVIF did not decode");
  return { data: image.data, width: image.width, height: image.height, orientation, hasAlpha: true };
}

serve((file, format, tools) => hashPhoto(file, format === "avif" ? decodeAvif : decodeHeic, tools));
