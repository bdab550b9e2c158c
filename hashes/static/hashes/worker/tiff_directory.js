import { HashError } from "../errors.js";

/** Bytes of each field type that can hold a place, a length or a kind (TIFF 6.0, section 2; BigTIFF). */
const SIZES = /** @type {Record<number, number>} */ ({ 3: 2, 4: 4, 13: 4, 16: 8 });

/** The first directory of a TIFF. */
export class TiffDirectory {
  /**
   * @param {Uint8Array} bytes
   * @throws {HashError} truncated, here and below
   */
  constructor(bytes) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.little = bytes[0] === 0x49;
    this.big = this.read(2, 2) === 43;
    this.word = this.big ? 8 : 4;
    /** @type {Map<number, number>} places of the entries by their tags; of two the last */
    this.entries = new Map();
    const start = this.read(this.big ? 8 : 4, this.word);
    const head = this.big ? 8 : 2;
    const count = this.read(start, head);
    for (let index = 0; index < count; index++) {
      const at = start + head + index * (4 + 2 * this.word);
      this.entries.set(this.read(at, 2), at);
    }
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

  /**
   * @param {number} tag
   * @returns {{ places: number[], size: number }} where its values are; none where it is not there
   */
  placesOf(tag) {
    const at = this.entries.get(tag);
    if (at === undefined) return { places: [], size: 0 };
    const size = SIZES[this.read(at + 2, 2)];
    const count = this.read(at + 4, this.word);
    if (!size) throw new HashError("damaged", "TIFF directory");
    const inside = count * size <= this.word;
    const from = inside ? at + 4 + this.word : this.read(at + 4 + this.word, this.word);
    if (from + count * size > this.view.byteLength) throw new HashError("truncated", "TIFF ends inside its directory");
    return { places: Array.from({ length: count }, (_, index) => from + index * size), size };
  }

  /** @param {number} tag */
  valuesOf(tag) {
    const { places, size } = this.placesOf(tag);
    return places.map((place) => this.read(place, size));
  }

  /**
   * @param {number} tag
   * @returns {number | undefined} the first of its values
   */
  valueOf(tag) {
    const { places, size } = this.placesOf(tag);
    return places.length ? this.read(places[0], size) : undefined;
  }

  /**
   * Changes a tag's first value in the file; both must be below 256.
   * @param {number} tag one that is there
   * @param {number} value
   */
  change(tag, value) {
    const { places, size } = this.placesOf(tag);
    this.view.setUint8(places[0] + (this.little ? 0 : size - 1), value);
  }
}
