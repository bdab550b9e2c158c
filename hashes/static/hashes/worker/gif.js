import { HashError } from "../errors.js";
import { joined } from "./bytes.js";
import { checkSize } from "./limits.js";
import { lzw } from "./lzw.js";
import { paletteRaw } from "./picture.js";

/** The first picture of a GIF (GIF89a specification): colours, and the palette's indices as they are stored. */

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {{ left: number, top: number, width: number, height: number }} Frame */

const PASSES = [[0, 8], [4, 8], [2, 4], [1, 2]];

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Picture>}
 */
export async function decodeGif(bytes) {
  const reader = new Reader(bytes);
  reader.at = 6;
  const screen = { width: reader.uint16(), height: reader.uint16() };
  const packed = reader.uint8();
  reader.at += 2;
  const shared = reader.palette(packed);
  const transparent = skipToPicture(reader);
  const frame = { left: reader.uint16(), top: reader.uint16(), width: reader.uint16(), height: reader.uint16() };
  // As browsers have it: a screen too small for its first picture grows.
  const width = Math.max(screen.width, frame.left + frame.width);
  const height = Math.max(screen.height, frame.top + frame.height);
  checkSize(width, height);
  checkSize(frame.width, frame.height);
  const flags = reader.uint8();
  const palette = reader.palette(flags) ?? shared;
  if (!palette) throw new HashError("damaged", "GIF without colours");
  const count = frame.width * frame.height;
  const codes = reader.uint8();
  const { data, complete } = reader.blocks();
  const { indices, filled } = lzw(data, codes, count);
  if (filled < count) throw new HashError(complete ? "damaged" : "truncated", `GIF has ${filled} of ${count} pixels`);
  const rows = flags & 0x40 ? deinterlaced(indices, frame) : indices;
  const whole = count === width * height;
  const canvas = whole ? rows : onCanvas(rows, frame, new Uint8Array(width * height).fill(transparent ?? 0), width);
  const pixels = colours(canvas, palette, transparent);
  if (!whole) clearAround(pixels, frame, width);
  const raws = [paletteRaw(canvas, width, height)];
  return { data: new Uint8Array(pixels.buffer), width, height, orientation: 1, hasAlpha: transparent !== null || !whole, raws };
}

class Reader {
  at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
  }

  uint8() {
    if (this.at >= this.bytes.length) throw new HashError("truncated", "GIF ends before its picture");
    return this.bytes[this.at++];
  }

  uint16() {
    return this.uint8() | (this.uint8() << 8);
  }

  /** @param {number} flags */
  palette(flags) {
    if (!(flags & 0x80)) return null;
    const length = 3 << ((flags & 7) + 1);
    if (this.at + length > this.bytes.length) throw new HashError("truncated", "GIF ends inside its palette");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** Data sub-blocks, joined; `complete` if their end is there. */
  blocks() {
    const parts = [];
    for (;;) {
      const length = this.bytes[this.at++];
      const end = this.at + (length ?? 0);
      if (length === undefined || end > this.bytes.length) return { data: joined(parts), complete: false };
      if (length === 0) return { data: joined(parts), complete: true };
      parts.push(this.bytes.subarray(this.at, end));
      this.at = end;
    }
  }
}

/**
 * @param {Reader} reader left after the picture's separator
 * @returns {number | null} the transparent index, if one is said
 */
function skipToPicture(reader) {
  let transparent = null;
  for (;;) {
    const kind = reader.uint8();
    if (kind === 0x2c) return transparent;
    if (kind !== 0x21) throw new HashError("damaged", "GIF without a picture");
    const label = reader.uint8();
    const { data, complete } = reader.blocks();
    if (!complete) throw new HashError("truncated", "GIF ends inside an extension");
    if (label === 0xf9 && data.length >= 4) transparent = data[0] & 1 ? data[3] : null;
  }
}

/**
 * @param {Uint8Array} indices
 * @param {Frame} frame
 */
function deinterlaced(indices, { width, height }) {
  const rows = new Uint8Array(indices.length);
  let from = 0;
  for (const [first, step] of PASSES) {
    for (let row = first; row < height; row += step, from += width) {
      rows.set(indices.subarray(from, from + width), row * width);
    }
  }
  return rows;
}

/**
 * @param {Uint8Array} indices
 * @param {Frame} frame
 * @param {Uint8Array} canvas
 * @param {number} across pixels of a row of the canvas
 */
function onCanvas(indices, frame, canvas, across) {
  for (let row = 0; row < frame.height; row++) {
    const from = row * frame.width;
    canvas.set(indices.subarray(from, from + frame.width), (frame.top + row) * across + frame.left);
  }
  return canvas;
}

/**
 * Nothing was painted around the frame: browsers show through it what is behind.
 * @param {Uint32Array} pixels
 * @param {Frame} frame
 * @param {number} across pixels of a row
 */
function clearAround(pixels, frame, across) {
  for (let at = 0; at < pixels.length; at++) {
    const x = (at % across) - frame.left;
    const y = Math.floor(at / across) - frame.top;
    if (x < 0 || x >= frame.width || y < 0 || y >= frame.height) pixels[at] &= 0xffffff;
  }
}

/**
 * @param {Uint8Array} indices
 * @param {Uint8Array} palette
 * @param {number | null} transparent
 */
function colours(indices, palette, transparent) {
  const rgba = new Uint8Array(256 * 4);
  for (let index = 0; index < 256; index++) {
    rgba.set([...palette.subarray(index * 3, index * 3 + 3), 0, 0, 0].slice(0, 3), index * 4);
    rgba[index * 4 + 3] = index === transparent ? 0 : 255;
  }
  const table = new Uint32Array(rgba.buffer);
  return Uint32Array.from(indices, (index) => table[index]);
}
