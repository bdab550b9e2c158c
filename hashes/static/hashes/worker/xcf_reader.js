import { HashError } from "../errors.js";
import { inflateZlib } from "./inflate.js";

/**
 * @typedef {object} Layer
 * @property {number} width
 * @property {number} height
 * @property {number} x
 * @property {number} y
 * @property {number} opacity 0 to 1
 * @property {number} mode
 * @property {boolean} isShown it and every group that it is in
 * @property {number} hierarchy place of its pixels
 * @property {number} mask place of its mask; 0 without one
 */

const END = 0;
const COLORMAP = 1;
const OPACITY = 6;
const MODE = 7;
const VISIBLE = 8;
const APPLY_MASK = 11;
const OFFSETS = 15;
const COMPRESSION = 17;
const GROUP = 29;
const PATH = 30;
const FLOAT_OPACITY = 33;

const RAW = 0;
const RLE = 1;
const ZLIB = 2;
const TILE = 64;
/** 8 bits, gamma: what files had before they said so (version 4). */
const PRECISION_8 = 150;

/** The structure of an XCF file (GIMP, devel-docs/xcf.txt). */
export class XcfReader {
  /** @type {Uint8Array} */
  colormap = new Uint8Array(0);
  compression = RAW;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const version = bytes[9] === 0x76 ? Number.parseInt(String.fromCharCode(...bytes.subarray(10, 13)), 10) : 0;
    if (!(version <= 20)) throw new HashError("unsupported", `XCF version ${version}`);
    this.wide = version >= 11;
    /** Before version 12 the machine's own order was written; that has been little-endian nearly everywhere. */
    this.little = version < 12;
    this.at = 14;
    this.width = this.uint32();
    this.height = this.uint32();
    this.base = this.uint32();
    this.precision = version >= 4 ? this.uint32() : PRECISION_8;
    const properties = this.properties();
    this.compression = properties.get(COMPRESSION)?.[0] ?? RAW;
    this.colormap = properties.get(COLORMAP)?.subarray(4) ?? this.colormap;
    this.layers = this.readLayers(this.pointers());
  }

  uint32() {
    if (this.at + 4 > this.bytes.length) throw new HashError("truncated", "XCF ends inside its structure");
    this.at += 4;
    return this.view.getUint32(this.at - 4);
  }

  skipName() {
    const length = this.uint32();
    this.at += length;
  }

  pointer() {
    const high = this.wide ? this.uint32() : 0;
    return high * 2 ** 32 + this.uint32();
  }

  /** Pointers up to the zero that ends them. */
  pointers() {
    const found = [];
    for (let next = this.pointer(); next; next = this.pointer()) found.push(next);
    return found;
  }

  /** @returns {Map<number, Uint8Array>} */
  properties() {
    const found = new Map();
    for (;;) {
      const type = this.uint32();
      const length = this.uint32();
      if (type === END) return found;
      if (this.at + length > this.bytes.length) throw new HashError("truncated", "XCF ends inside a property");
      found.set(type, this.bytes.subarray(this.at, this.at + length));
      this.at += length;
    }
  }

  /**
   * @param {number[]} places
   * @returns {Layer[]} the topmost first, without the groups themselves
   */
  readLayers(places) {
    const hidden = new Set();
    const found = [];
    let position = 0;
    for (const place of places) {
      this.at = place;
      const { layer, properties } = this.readLayer();
      const path = pathOf(properties.get(PATH)) ?? [position];
      if (path.length === 1) position = path[0] + 1;
      const within = path.map((_, depth) => path.slice(0, depth + 1).join("/"));
      if (!layer.isShown) hidden.add(within[within.length - 1]);
      layer.isShown = !within.some((group) => hidden.has(group));
      if (!properties.has(GROUP)) found.push(layer);
    }
    return found;
  }

  readLayer() {
    const width = this.uint32();
    const height = this.uint32();
    this.uint32();
    this.skipName();
    const properties = this.properties();
    const flag = (/** @type {number} */ type, /** @type {number} */ otherwise) => number(properties.get(type)) ?? otherwise;
    const offsets = properties.get(OFFSETS);
    const floating = properties.get(FLOAT_OPACITY);
    const hierarchy = this.pointer();
    const mask = this.pointer();
    /** @type {Layer} */
    const layer = {
      width, height, hierarchy,
      x: offsets ? viewOf(offsets).getInt32(0) : 0,
      y: offsets ? viewOf(offsets).getInt32(4) : 0,
      opacity: floating ? viewOf(floating).getFloat32(0) : flag(OPACITY, 255) / 255,
      mode: flag(MODE, 0),
      isShown: flag(VISIBLE, 1) !== 0,
      mask: flag(APPLY_MASK, 1) ? mask : 0,
    };
    return { layer, properties };
  }

  /** @param {number} place of a mask */
  maskHierarchy(place) {
    this.at = place + 8;
    this.skipName();
    this.properties();
    return this.pointer();
  }

  /**
   * @param {number} place
   * @param {number} width
   * @param {number} height
   */
  level(place, width, height) {
    this.at = place + 8;
    const bytesPerPixel = this.uint32();
    this.at = this.pointer() + 8;
    const tiles = this.pointers();
    if (tiles.length !== Math.ceil(width / TILE) * Math.ceil(height / TILE)) throw new HashError("damaged", "XCF tiles");
    return { bytesPerPixel, tiles };
  }

  /**
   * @param {number} place
   * @param {number} pixels
   * @param {number} bytesPerPixel
   * @returns {Uint8Array} samples pixel by pixel
   */
  tile(place, pixels, bytesPerPixel) {
    const length = pixels * bytesPerPixel;
    if (this.compression === RLE) return this.unpack(place, pixels, bytesPerPixel);
    if (this.compression > ZLIB) throw new HashError("unsupported", `XCF compression ${this.compression}`);
    const rest = this.bytes.subarray(place);
    const samples = this.compression === ZLIB ? inflateZlib(rest, length) : rest.subarray(0, length);
    if (samples.length < length) throw new HashError("truncated", "XCF ends inside a tile");
    return samples;
  }

  /**
   * Byte by byte of a pixel: runs of one value, and runs of values.
   * @param {number} at
   * @param {number} pixels
   * @param {number} step
   */
  unpack(at, pixels, step) {
    const samples = new Uint8Array(pixels * step);
    for (let plane = 0; plane < step; plane++) {
      for (let place = plane; place < samples.length; ) {
        const code = this.bytes[at++];
        const isLong = code === 127 || code === 128;
        const length = isLong ? this.bytes[at] * 256 + this.bytes[at + 1] : code < 128 ? code + 1 : 256 - code;
        if (isLong) at += 2;
        if (!(at < this.bytes.length)) throw new HashError("truncated", "XCF ends inside a tile");
        if (place + (length - 1) * step >= samples.length || length === 0) throw new HashError("damaged", "XCF tile");
        for (let left = length; left > 0; left--, place += step) samples[place] = code < 128 ? this.bytes[at] : this.bytes[at++];
        if (code < 128) at++;
      }
    }
    return samples;
  }
}

/** @param {Uint8Array | undefined} body */
function pathOf(body) {
  if (!body) return null;
  return Array.from({ length: body.length / 4 }, (_, index) => viewOf(body).getUint32(index * 4));
}

/** @param {Uint8Array | undefined} body */
function number(body) {
  return body && body.length >= 4 ? viewOf(body).getUint32(0) : undefined;
}

/** @param {Uint8Array} bytes */
function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
