/** What can be said of 64 hexadecimal digits. */

/** The bank's own limits: below them a hash matches unrelated pictures. */
const LEAST_QUALITY = 50;
const FEWEST_ONES = 64;
const MOST_ONES = 192;

/**
 * Whether the bank would take this hash.
 * @param {{ value: string, quality: number }} hash
 */
export function isTelling({ value, quality }) {
  const ones = distance(value, "0".repeat(64));
  return quality >= LEAST_QUALITY && ones >= FEWEST_ONES && ones <= MOST_ONES;
}

/**
 * Hamming distance.
 * @param {string} one 64 hexadecimal digits
 * @param {string} other
 */
export function distance(one, other) {
  let sum = 0;
  for (let at = 0; at < 64; at += 8) {
    let bits = Number.parseInt(one.slice(at, at + 8), 16) ^ Number.parseInt(other.slice(at, at + 8), 16);
    for (; bits; bits &= bits - 1) sum++;
  }
  return sum;
}
