import { HashError } from "../errors.js";
import { decodeGif } from "./gif.js";
import { CmykJpeg, decodeJpeg } from "./jpeg.js";
import { md5 } from "./md5.js";
import { hashPhoto } from "./photo.js";
import { decodePng } from "./png.js";
import { serve } from "./serve.js";
import { sniff } from "./sniff.js";
import { decodeWebp } from "./webp.js";

/** The worker that sees every file first: it hashes JPEG, PNG, WebP, GIF and videos, and says of the others what they are. */

/** @type {Partial<Record<string, import("./photo.js").Decode>>} */
const DECODERS = { gif: decodeGif, jpeg: decodeJpeg, png: decodePng, webp: decodeWebp };
const HEAD_BYTES = 4096;

serve(async (file, _, tools) => {
  if (file.size === 0) throw new HashError("empty");
  const format = sniff(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (!format) throw new HashError("unsupported");
  if (format === "video") {
    const value = await md5(file, tools.progress);
    return { kind: "video", claims: [{ signal: "VideoMD5", value, quality: null, variant: "original" }] };
  }
  const decode = DECODERS[format];
  if (!decode) return { format };
  return hashPhoto(file, decode, tools).catch((error) => elsewhere(error));
});

/**
 * JPEG with four inks is known only once its header has been read.
 * @param {unknown} error
 */
function elsewhere(error) {
  if (error instanceof CmykJpeg) return { format: "jpeg-cmyk" };
  throw error;
}
