import { HashError } from "./errors.js";

/** @typedef {import("./hasher.js").HashResult} HashResult */
/** @typedef {import("./hasher.js").Claim} Claim */

/** Shared with the bank: hashes.Claim.variant. */
export const VARIANTS = Object.freeze([
  "original", "as-displayed", "stored", "alpha-white", "cmyk-raw", "palette-raw", "rotated-90", "rotated-180", "rotated-270",
  "mirrored", "mirrored-rotated-90", "mirrored-rotated-180", "mirrored-rotated-270", "trimmed",
]);
/** The bank takes no more claims than this of one file. */
export const MOST_CLAIMS = 16;

const SHAPES = { ImagePDQ: /^[0-9a-f]{64}$/, VideoMD5: /^[0-9a-f]{32}$/ };

/**
 * Lets hashes through and nothing else: were a decoder taken over by a crafted file, this is all it could say.
 * @param {any} result what the worker has sent
 * @returns {HashResult}
 */
export function checkedResult(result) {
  const kind = result?.kind === "video" ? "video" : "photo";
  const claims = Array.isArray(result?.claims) ? result.claims.map(checkedClaim) : [];
  if (claims.length < 1 || claims.length > MOST_CLAIMS) throw new HashError("technical", "no claims");
  return result.trim ? { kind, claims, trim: checkedTrim(result.trim) } : { kind, claims };
}

/**
 * @param {any} trim
 * @returns {import("./hasher.js").Trim}
 */
function checkedTrim({ box, claim }) {
  const [left, top, right, bottom] = [box?.left, box?.top, box?.right, box?.bottom].map(Number);
  if (!(left >= 0 && top >= 0 && left < right && top < bottom && right <= 1 && bottom <= 1)) {
    throw new HashError("technical", "malformed box");
  }
  return { box: { left, top, right, bottom }, claim: checkedClaim(claim) };
}

/**
 * @param {any} claim
 * @returns {Claim}
 */
function checkedClaim(claim) {
  const signal = claim?.signal === "VideoMD5" ? "VideoMD5" : "ImagePDQ";
  const value = String(claim?.value);
  const variant = VARIANTS.find((known) => known === claim?.variant);
  if (!SHAPES[signal].test(value) || !variant) throw new HashError("technical", "malformed claim");
  return { signal, value, quality: signal === "VideoMD5" ? null : Math.trunc(Number(claim.quality)), variant };
}
