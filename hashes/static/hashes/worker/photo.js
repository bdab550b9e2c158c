import { HashError } from "../errors.js";
import { distance, isTelling } from "./bits.js";
import { MAX_PHOTO_BYTES } from "./limits.js";
import { pdq, pdqAlong, pixelsOf } from "./pdq.js";
import { walkAs } from "./picture.js";
import { findPicture, walkInside } from "./trim.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("../hasher.js").Claim} Claim */
/** @typedef {{ value: string, quality: number, variant: string }} Candidate */

/** @typedef {(bytes: Uint8Array, need: import("./picture.js").NeedModule) => Promise<Picture | import("./picture.js").Lent>} Decode */

/** How much of the wait is spent before the pixels are there. */
const DECODED = 0.8;
/** A variant this near to another would find nothing that the other does not. */
const SAME_BITS = 10;

/**
 * @param {Blob} file
 * @param {Decode} decode
 * @param {import("./serve.js").Tools} tools
 * @returns {Promise<import("../hasher.js").HashResult>}
 */
export async function hashPhoto(file, decode, { need, progress, weigh }) {
  if (file.size > MAX_PHOTO_BYTES) throw new HashError("too-big", `${file.size} bytes`);
  const core = await need("pdq");
  const decoded = await decode(new Uint8Array(await file.arrayBuffer()), need);
  const look = (/** @type {Picture} */ picture) => {
    weigh(file.size + picture.data.length * ("lend" in decoded ? 1 : 2));
    return hashPicture(picture, core, progress);
  };
  return "lend" in decoded ? decoded.lend(look) : look(decoded);
}

/**
 * @param {Picture} picture
 * @param {WebAssembly.Module} core PDQ, compiled
 * @param {(fraction: number) => void} progress
 * @returns {import("../hasher.js").HashResult}
 */
function hashPicture(picture, core, progress) {
  progress(DECODED);
  const trim = trimmed(picture, core);
  const claims = photoClaims(picture, core, (fraction) => progress(DECODED + (1 - DECODED) * fraction));
  const isNew = trim && claims.every(({ value }) => distance(value, trim.claim.value) > SAME_BITS);
  return isNew ? { kind: "photo", claims, trim } : { kind: "photo", claims };
}

/**
 * What the person may choose to add: the hash of the picture without what surrounds it.
 * @param {Picture} picture
 * @param {WebAssembly.Module} module PDQ, compiled
 * @returns {import("../hasher.js").Trim | null}
 */
function trimmed(picture, module) {
  const pixels = pixelsOf(picture);
  const walk = walkAs(picture.width, picture.height, picture.orientation);
  const box = findPicture(pixels, walk);
  if (!box) return null;
  const { value, quality } = pdqAlong(pixels, walkInside(walk, box), module);
  if (!isTelling({ value, quality })) return null;
  const { width, height } = walk;
  const share = { left: box.left / width, top: box.top / height, right: box.right / width, bottom: box.bottom / height };
  return { box: share, claim: { signal: "ImagePDQ", value, quality, variant: "trimmed" } };
}

/**
 * @param {Picture} picture its pixels are changed if it has alpha
 * @param {WebAssembly.Module} module PDQ, compiled
 * @param {(fraction: number) => void} onProgress
 * @returns {Claim[]} the picture as displayed first, then what a partner may hold instead: see the words in ../result.js
 * @throws {HashError} too-plain
 */
function photoClaims(picture, module, onProgress) {
  const { value, quality, turned } = pdq(picture, picture.orientation, module, onProgress);
  const candidates = [{ value, quality, variant: "as-displayed" }];
  if (picture.orientation !== 1) candidates.push({ ...pdq(picture, 1, module), variant: "stored" });
  for (const { variant, pixels } of picture.raws ?? []) candidates.push({ ...pdq(pixels(), 1, module), variant });
  if (layOnWhite(picture)) candidates.push({ ...pdq(picture, picture.orientation, module), variant: "alpha-white" });
  candidates.push(...turned);
  const kept = keepDifferent(candidates.filter(isTelling));
  if (!kept.length || isTurned(kept[0])) throw new HashError("too-plain", `quality ${quality}`);
  return kept.map(({ value, quality, variant }) => ({ signal: "ImagePDQ", value, quality, variant }));
}

/** @param {Candidate} candidate */
function isTurned({ variant }) {
  return variant.startsWith("rotated") || variant.startsWith("mirrored");
}

/** @param {Candidate[]} candidates the more important first */
function keepDifferent(candidates) {
  /** @type {Candidate[]} */
  const kept = [];
  for (const candidate of candidates) {
    if (kept.every(({ value }) => distance(value, candidate.value) > SAME_BITS)) kept.push(candidate);
  }
  return kept;
}

/**
 * Puts the picture on white, in place; false where nothing shows through. Partners' hashers ignore alpha; viewers show white.
 * @param {Picture} picture
 */
function layOnWhite({ data, hasAlpha }) {
  if (!hasAlpha) return false;
  let shows = false;
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3];
    if (alpha === 255) continue;
    shows = true;
    const white = 255 * (255 - alpha);
    for (let channel = at; channel < at + 3; channel++) data[channel] = Math.round((data[channel] * alpha + white) / 255);
  }
  return shows;
}
