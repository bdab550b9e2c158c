/**
 * Why a file could not be hashed. The page has the words for each.
 *
 * empty: no bytes. unsupported: not a picture or video that we know. damaged: its inside contradicts itself.
 * truncated: its end is missing. too-big: more than this browser can hold. too-plain: its hash would match
 * unrelated pictures. cancelled: the person stopped it. technical: our fault or the browser's.
 * @typedef {"empty" | "unsupported" | "damaged" | "truncated" | "too-big" | "too-plain" | "cancelled" | "technical"} HashErrorCode
 */

/** @type {readonly HashErrorCode[]} */
export const HASH_ERROR_CODES = Object.freeze([
  "empty", "unsupported", "damaged", "truncated", "too-big", "too-plain", "cancelled", "technical",
]);

export class HashError extends Error {
  /**
   * @param {HashErrorCode} code
   * @param {string} [detail] for developers; never shown, never sent
   */
  constructor(code, detail = "") {
    super(detail ? `${code}: ${detail}` : code);
    this.name = "HashError";
    /** @type {HashErrorCode} */
    this.code = code;
    this.detail = detail;
  }
}
