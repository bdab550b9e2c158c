import { HashError } from "../errors.js";

/** Whether a TIFF's first picture is all there (TIFF 6.0, section 2; BigTIFF): its decoder leaves missing tiles black. */

const STRIP_OFFSETS = 273;
const STRIP_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_COUNTS = 325;
/** Bytes of each field type that can hold a place or a length. */
const SIZES = /** @type {Record<number, number>} */ ({ 3: 2, 4: 4, 13: 4, 16: 8 });

/**
 * @param {Uint8Array} bytes
 * @throws {HashError} truncated
 */
export function checkTiff(bytes) {
  const file = new Tiff(bytes);
  const fields = file.fields();
  const [offsets, counts] = fields.has(TILE_OFFSETS) ? [TILE_OFFSETS, TILE_COUNTS] : [STRIP_OFFSETS, STRIP_COUNTS];
  const places = fields.get(offsets) ?? [];
  const lengths = fields.get(counts) ?? [];
  places.forEach((place, index) => {
    if (place + (lengths[index] ?? 0) > bytes.length) throw new HashError("truncated", "TIFF ends inside its picture");
  });
}

class Tiff {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.little = bytes[0] === 0x49;
    this.big = this.read(2, 2) === 43;
  }

  /**
   * @param {number} at
   * @param {number} size
   */
  read(at, size) {
    if (at + size > this.view.byteLength) throw new HashError("truncated", "TIFF ends inside its directory");
    if (size === 2) return this.view.getUint16(at, this.little);
    return size === 4 ? this.view.getUint32(at, this.little) : Number(this.view.getBigUint64(at, this.little));
  }

  /** @returns {Map<number, number[]>} places and lengths by their tags, of the first directory */
  fields() {
    const word = this.big ? 8 : 4;
    const start = this.read(this.big ? 8 : 4, word);
    const head = this.big ? 8 : 2;
    const found = new Map();
    const count = this.read(start, head);
    for (let index = 0; index < count; index++) {
      const at = start + head + index * (4 + 2 * word);
      const tag = this.read(at, 2);
      if ([STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS].includes(tag)) found.set(tag, this.values(at, word));
    }
    return found;
  }

  /**
   * @param {number} at the entry
   * @param {number} word
   */
  values(at, word) {
    const size = SIZES[this.read(at + 2, 2)];
    const count = this.read(at + 4, word);
    if (!size) throw new HashError("damaged", "TIFF directory");
    const inside = count * size <= word;
    const from = inside ? at + 4 + word : this.read(at + 4 + word, word);
    if (from + count * size > this.view.byteLength) throw new HashError("truncated", "TIFF ends inside its directory");
    return Array.from({ length: count }, (_, index) => this.read(from + index * size, size));
  }
}
