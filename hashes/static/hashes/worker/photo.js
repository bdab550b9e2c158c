import { HashError } from "../errors.js";
import { pdq } from "./pdq.js";

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("../hasher.js").Claim} Claim */

/** The bank's own limits: below them a hash matches unrelated pictures. */
const LEAST_QUALITY = 50;
const FEWEST_ONES = 64;
const MOST_ONES = 192;

/**
 * @param {Picture} picture
 * @param {WebAssembly.Module} module PDQ, compiled
 * @param {(fraction: number) => void} onProgress
 * @returns {Claim[]} the picture as displayed first
 */
export function photoClaims(picture, module, onProgress) {
  const { value, quality } = pdq(picture, picture.orientation, module, onProgress);
  if (!isTelling(value, quality)) throw new HashError("too-plain", `quality ${quality}`);
  return [{ signal: "ImagePDQ", value, quality, variant: "as-displayed" }];
}

/**
 * @param {string} value
 * @param {number} quality
 */
function isTelling(value, quality) {
  const ones = Array.from(value).reduce((sum, digit) => sum + popcount(parseInt(digit, 16)), 0);
  return quality >= LEAST_QUALITY && ones >= FEWEST_ONES && ones <= MOST_ONES;
}

/** @param {number} nibble */
function popcount(nibble) {
  return (nibble & 1) + ((nibble >> 1) & 1) + ((nibble >> 2) & 1) + (nibble >> 3);
}
