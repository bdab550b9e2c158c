import { HashError } from "../errors.js";
import { decodeJpeg } from "./jpeg.js";
import { MAX_PHOTO_BYTES } from "./limits.js";
import { md5 } from "./md5.js";
import { photoClaims } from "./photo.js";
import { decodePng } from "./png.js";
import { serve } from "./serve.js";
import { sniff } from "./sniff.js";
import { decodeWebp } from "./webp.js";

/** The worker for what nearly everybody has: JPEG, PNG, WebP and videos. */

const DECODERS = { jpeg: decodeJpeg, png: decodePng, webp: decodeWebp };
const HEAD_BYTES = 4096;
/** How much of the wait is spent before the pixels are there. */
const DECODED = 0.8;

serve(async (file, { need, progress }) => {
  if (file.size === 0) throw new HashError("empty");
  const format = sniff(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  if (!format) throw new HashError("unsupported");
  if (format === "video") {
    const value = await md5(file, progress);
    return { kind: "video", claims: [{ signal: "VideoMD5", value, quality: null, variant: "original" }] };
  }
  if (file.size > MAX_PHOTO_BYTES) throw new HashError("too-big", `${file.size} bytes`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const picture = await DECODERS[format](bytes, need);
  progress(DECODED);
  const core = await need("pdq");
  const claims = photoClaims(picture, core, (fraction) => progress(DECODED + (1 - DECODED) * fraction));
  return { kind: "photo", claims };
});
