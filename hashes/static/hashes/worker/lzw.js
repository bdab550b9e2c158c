import { HashError } from "../errors.js";

const MOST_CODES = 4096;

/**
 * GIF's LZW (GIF89a specification, appendix F).
 * @param {Uint8Array} data
 * @param {number} width the first codes' width, less one
 * @param {number} count pixels wanted
 * @returns {{ indices: Uint8Array, filled: number }} `filled` is less than `count` where the data end too early
 */
export function lzw(data, width, count) {
  if (width < 1 || width > 11) throw new HashError("damaged", `LZW codes of ${width} bits`);
  const clear = 1 << width;
  const end = clear + 1;
  const prefix = new Uint16Array(MOST_CODES);
  const suffix = new Uint8Array(MOST_CODES);
  const lengths = new Uint16Array(MOST_CODES);
  for (let code = 0; code < clear; code++) {
    suffix[code] = code;
    lengths[code] = 1;
  }
  const indices = new Uint8Array(count);
  let [filled, at, bits, held, size, next, previous] = [0, 0, 0, 0, width + 1, end + 1, -1];
  while (filled < count) {
    for (; bits < size; bits += 8) {
      if (at >= data.length) return { indices, filled };
      held |= data[at++] << bits;
    }
    const code = held & ((1 << size) - 1);
    held >>>= size;
    bits -= size;
    if (code === end) break;
    if (code === clear) {
      [size, next, previous] = [width + 1, end + 1, -1];
      continue;
    }
    if (code > next || (code === next && previous < 0)) throw new HashError("damaged", "LZW code out of turn");
    const known = code < next ? code : previous;
    const first = write(indices, filled, known);
    filled += lengths[known];
    if (code === next && previous >= 0 && filled < count) indices[filled++] = first;
    if (previous >= 0 && next < MOST_CODES) {
      prefix[next] = previous;
      suffix[next] = first;
      lengths[next] = lengths[previous] + 1;
      next++;
      if (next === 1 << size && size < 12) size++;
    }
    previous = code;
  }
  return { indices, filled: Math.min(filled, count) };

  /**
   * Writes a code's string, last pixel first, and returns its first pixel.
   * @param {Uint8Array} out
   * @param {number} start
   * @param {number} code
   */
  function write(out, start, code) {
    let place = start + lengths[code] - 1;
    for (; lengths[code] > 1; code = prefix[code]) out[place--] = suffix[code];
    out[place] = suffix[code];
    return suffix[code];
  }
}
