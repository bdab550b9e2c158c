import { HashError } from "../errors.js";
import { BitReader } from "./bit_reader.js";

/**
 * Deflate (RFC 1951), bounded and in one go: the browser's own DecompressionStream stops at bytes that follow the end,
 * and says only afterwards how much has come out.
 */

const STORED = 0;
const FIXED = 1;
const DYNAMIC = 2;
const END_OF_BLOCK = 256;
/** Section 3.2.7: the order in which the lengths of the code length codes come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** Section 3.2.5: the least length, and the least distance, of each code. */
const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const DISTANCES = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289,
  16385, 24577,
];
const ZLIB_HEAD = 2;

/**
 * RFC 1950 around RFC 1951; its checksum is not looked at.
 * @param {Uint8Array} bytes
 * @param {number} most as in `inflate`
 */
export function inflateZlib(bytes, most) {
  if (bytes.length < ZLIB_HEAD) throw new HashError("truncated", "zlib");
  if ((bytes[0] & 15) !== 8 || ((bytes[0] << 8) | bytes[1]) % 31 !== 0) throw new HashError("damaged", "zlib");
  return inflate(bytes.subarray(ZLIB_HEAD), most);
}

/**
 * @param {Uint8Array} bytes what follows the last block does not matter
 * @param {number} most stop when so many bytes have come out
 * @returns {Uint8Array} at most that many bytes
 * @throws {HashError} truncated, damaged
 */
export function inflate(bytes, most) {
  const bits = new BitReader(bytes);
  const out = new Output(most, bytes.length * 4);
  for (let last = 0; !last && !out.isFull; ) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === STORED) out.append(bits.stored());
    else if (kind === FIXED) unpack(bits, out, fixedCodes());
    else if (kind === DYNAMIC) unpack(bits, out, dynamicCodes(bits));
    else throw new HashError("damaged", "deflate block");
  }
  return out.bytes.subarray(0, out.length);
}

/** Bytes that have come out; grows up to its limit. */
class Output {
  length = 0;

  /**
   * @param {number} most
   * @param {number} guess
   */
  constructor(most, guess) {
    this.most = most;
    this.bytes = new Uint8Array(Math.min(most, guess + 1));
  }

  get isFull() {
    return this.length >= this.most;
  }

  /** @param {number} more */
  makeRoom(more) {
    if (this.length + more <= this.bytes.length || this.bytes.length === this.most) return;
    const larger = new Uint8Array(Math.min(this.most, 2 * this.bytes.length + more));
    larger.set(this.bytes);
    this.bytes = larger;
  }

  /** @param {Uint8Array} piece */
  append(piece) {
    this.makeRoom(piece.length);
    const fitting = piece.subarray(0, this.most - this.length);
    this.bytes.set(fitting, this.length);
    this.length += fitting.length;
  }

  /** @param {number} byte */
  put(byte) {
    this.makeRoom(1);
    this.bytes[this.length++] = byte;
  }

  /**
   * @param {number} distance
   * @param {number} count
   */
  repeat(distance, count) {
    if (distance > this.length) throw new HashError("damaged", "deflate distance");
    this.makeRoom(count);
    const end = Math.min(this.most, this.length + count);
    for (let at = this.length; at < end; at++) this.bytes[at] = this.bytes[at - distance];
    this.length = end;
  }
}

/** @typedef {{ literals: Uint16Array, distances: Uint16Array }} Codes */

/**
 * @param {BitReader} bits
 * @param {Output} out
 * @param {Codes} codes
 */
function unpack(bits, out, { literals, distances }) {
  while (!out.isFull) {
    const symbol = bits.symbol(literals);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) out.put(symbol);
    else {
      const count = lengthOf(bits, symbol - END_OF_BLOCK - 1);
      out.repeat(distanceOf(bits, bits.symbol(distances)), count);
    }
  }
}

/**
 * @param {BitReader} bits
 * @param {number} code from 0
 */
function lengthOf(bits, code) {
  if (code >= LENGTHS.length) throw new HashError("damaged", "deflate length");
  const more = code < 8 || code === LENGTHS.length - 1 ? 0 : (code >> 2) - 1;
  return LENGTHS[code] + bits.take(more);
}

/**
 * @param {BitReader} bits
 * @param {number} code
 */
function distanceOf(bits, code) {
  if (code >= DISTANCES.length) throw new HashError("damaged", "deflate distance");
  return DISTANCES[code] + bits.take(code < 4 ? 0 : (code >> 1) - 1);
}

/** @type {Codes | null} */
let fixed = null;

function fixedCodes() {
  const lengths = Array.from({ length: 288 }, (_, symbol) => (symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8));
  return (fixed ??= { literals: tableOf(lengths), distances: tableOf(new Array(30).fill(5)) });
}

/**
 * @param {BitReader} bits
 * @returns {Codes}
 */
function dynamicCodes(bits) {
  const literals = 257 + bits.take(5);
  const distances = 1 + bits.take(5);
  const codes = 4 + bits.take(4);
  const lengthLengths = new Array(ORDER.length).fill(0);
  for (let index = 0; index < codes; index++) lengthLengths[ORDER[index]] = bits.take(3);
  const lengths = codeLengths(bits, tableOf(lengthLengths), literals + distances);
  return { literals: tableOf(lengths.slice(0, literals)), distances: tableOf(lengths.slice(literals)) };
}

/**
 * @param {BitReader} bits
 * @param {Uint16Array} table
 * @param {number} count
 */
function codeLengths(bits, table, count) {
  /** @type {number[]} */
  const lengths = [];
  while (lengths.length < count) {
    const symbol = bits.symbol(table);
    if (symbol === 16 && !lengths.length) throw new HashError("damaged", "deflate code lengths");
    if (symbol < 16) lengths.push(symbol);
    else if (symbol === 16) repeat(lengths, lengths[lengths.length - 1], 3 + bits.take(2));
    else repeat(lengths, 0, symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7));
  }
  if (lengths.length > count) throw new HashError("damaged", "deflate code lengths");
  return lengths;
}

/**
 * @param {number[]} lengths
 * @param {number} length
 * @param {number} times
 */
function repeat(lengths, length, times) {
  for (let left = times; left > 0; left--) lengths.push(length);
}

/**
 * @param {number[]} lengths of each symbol's code; 0 where it has none
 * @returns {Uint16Array} by the next bits as they lie in the stream: symbol * 16 + length of its code; 0 where there is none
 */
function tableOf(lengths) {
  const most = Math.max(...lengths);
  const table = new Uint16Array(1 << most);
  let code = 0;
  for (let length = 1; length <= most; length++, code <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      if (code >= 1 << length) throw new HashError("damaged", "deflate codes");
      for (let at = reversed(code++, length); at < table.length; at += 1 << length) table[at] = symbol * 16 + length;
    }
  }
  return table;
}

/**
 * @param {number} code
 * @param {number} length bits
 */
function reversed(code, length) {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}
