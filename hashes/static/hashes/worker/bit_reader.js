import { HashError } from "../errors.js";

/** Bits from the lowest of each byte on, as Deflate has them (RFC 1951, section 3.1.1). */
export class BitReader {
  #at = 0;
  #held = 0;
  #count = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  /** Past the end come zeros; `#skip` sees whether any of them was used. */
  #fill() {
    for (; this.#count <= 16; this.#count += 8) this.#held |= (this.bytes[this.#at++] ?? 0) << this.#count;
  }

  /** @param {number} count */
  #skip(count) {
    this.#held >>>= count;
    this.#count -= count;
    if (this.#at - (this.#count >> 3) > this.bytes.length) throw new HashError("truncated", "deflate");
  }

  /** @param {number} count of bits, up to 16 */
  take(count) {
    this.#fill();
    const value = this.#held & ((1 << count) - 1);
    this.#skip(count);
    return value;
  }

  /** @param {Uint16Array} table by the next bits: symbol * 16 + length */
  symbol(table) {
    this.#fill();
    const entry = table[this.#held & (table.length - 1)];
    if (!entry) throw new HashError("damaged", "deflate code");
    this.#skip(entry & 15);
    return entry >> 4;
  }

  /** A block that is not compressed (section 3.2.4). */
  stored() {
    const start = this.#at - (this.#count >> 3);
    const length = (this.bytes[start] ?? 0) | ((this.bytes[start + 1] ?? 0) << 8);
    const end = start + 4 + length;
    if (end > this.bytes.length) throw new HashError("truncated", "deflate");
    this.#at = end;
    this.#held = 0;
    this.#count = 0;
    return this.bytes.subarray(start + 4, end);
  }
}
