import { HashError } from "../errors.js";
import { checkSize, MAX_PIXELS } from "./limits.js";
import { Canvas } from "./xcf_canvas.js";
import { XcfReader } from "./xcf_reader.js";
import { samplesOf } from "./xcf_samples.js";

/** GIMP's files (GIMP, devel-docs/xcf.txt): the visible layers laid on each other, as far as they are laid on normally. */

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./xcf_reader.js").Layer} Layer */

const TILE = 64;
/** Blending is done in floats, 16 bytes a pixel. */
const MOST_PIXELS = MAX_PIXELS / 4;
/** Normal, before and since GIMP 2.10; the newer one blends light, not numbers. */
const NORMAL_LEGACY = 0;
const NORMAL = 28;

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Picture>}
 */
export async function decodeXcf(bytes) {
  const reader = new XcfReader(bytes);
  const { width, height, layers } = reader;
  checkSize(width, height);
  if (width * height > MOST_PIXELS) throw new HashError("too-big", `XCF of ${width} x ${height}`);
  const canvas = new Canvas(width, height);
  for (const layer of layers.filter(({ isShown }) => isShown).reverse()) {
    if (layer.mode !== NORMAL && layer.mode !== NORMAL_LEGACY) throw new HashError("unsupported", `XCF layer mode ${layer.mode}`);
    checkSize(layer.width, layer.height);
    canvas.inLight = layer.mode === NORMAL;
    layOn(canvas, reader, layer);
  }
  return { data: canvas.bytes(), width, height, orientation: 1, hasAlpha: true };
}

/**
 * @param {Canvas} canvas
 * @param {XcfReader} reader
 * @param {Layer} layer
 */
function layOn(canvas, reader, layer) {
  const mask = layer.mask ? maskOf(reader, layer) : null;
  eachTile(reader, layer.hierarchy, layer.width, layer.height, (samples, channels, left, top, width, height) => {
    const colour = samplesOf(reader, samples, channels);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const cover = mask ? mask[(top + y) * layer.width + left + x] : 1;
        const pixel = colour(y * width + x);
        pixel[3] *= layer.opacity * cover;
        canvas.lay(layer.x + left + x, layer.y + top + y, pixel);
      }
    }
  });
}

/**
 * @param {XcfReader} reader
 * @param {Layer} layer
 * @returns {Float32Array} 0 to 1
 */
function maskOf(reader, layer) {
  const mask = new Float32Array(layer.width * layer.height);
  const hierarchy = reader.maskHierarchy(layer.mask);
  eachTile(reader, hierarchy, layer.width, layer.height, (samples, channels, left, top, width, height) => {
    const value = samplesOf(reader, samples, channels, true);
    for (let index = 0; index < width * height; index++) {
      mask[(top + Math.floor(index / width)) * layer.width + left + (index % width)] = value(index)[0];
    }
  });
  return mask;
}

/**
 * @param {XcfReader} reader
 * @param {number} hierarchy
 * @param {number} width
 * @param {number} height
 * @param {(samples: Uint8Array, bytesPerPixel: number, left: number, top: number, width: number, height: number) => void} use
 */
function eachTile(reader, hierarchy, width, height, use) {
  const { bytesPerPixel, tiles } = reader.level(hierarchy, width, height);
  const across = Math.ceil(width / TILE);
  tiles.forEach((place, index) => {
    const left = (index % across) * TILE;
    const top = Math.floor(index / across) * TILE;
    const tileWidth = Math.min(TILE, width - left);
    const tileHeight = Math.min(TILE, height - top);
    const samples = reader.tile(place, tileWidth * tileHeight, bytesPerPixel);
    use(samples, bytesPerPixel, left, top, tileWidth, tileHeight);
  });
}
