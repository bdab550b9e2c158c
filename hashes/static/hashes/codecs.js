// @ts-ignore: made by `npm run build`
import { SIZES } from "./vendor/sizes.js";

/**
 * Fetches and compiles WebAssembly for the workers, which have no network of their own. Each codec at most once, when first needed.
 */

/** @typedef {(fraction: number) => void} OnFraction */

const FILES = {
  "pdq-simd": "./pdq-simd.wasm",
  "pdq-scalar": "./pdq-scalar.wasm",
  jpeg: "./vendor/jpeg.wasm",
  png: "./vendor/png.wasm",
  webp: "./vendor/webp.wasm",
  avif: "./vendor/avif.wasm",
  heif: "./vendor/heif.wasm",
  magick: "./vendor/magick.wasm",
};
/** All that may be asked for; PDQ's build is chosen here. */
export const CODECS = Object.freeze(["pdq", "jpeg", "png", "webp", "avif", "heif", "magick"]);

/** A module of one function that splats a v128: valid only where there is SIMD (WebAssembly SIMD, "Binary format"). */
const SIMD_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

/** @type {Map<string, { module: Promise<WebAssembly.Module>, listeners: Set<OnFraction> }>} */
const loads = new Map();

/** @param {string} codec */
function fileOf(codec) {
  const name = codec === "pdq" ? (WebAssembly.validate(SIMD_PROBE) ? "pdq-simd" : "pdq-scalar") : codec;
  if (!Object.hasOwn(FILES, name)) throw new Error(`no codec is called ${name}`);
  return FILES[/** @type {keyof typeof FILES} */ (name)];
}

/**
 * @param {string} codec one of CODECS
 * @param {OnFraction} [onLoading] how much has arrived, 0 to 1; not called when it is there already
 * @returns {Promise<WebAssembly.Module>} rejects when it can't be fetched; the next call tries again
 */
export function codecModule(codec, onLoading) {
  let load = loads.get(codec);
  if (!load) {
    /** @type {Set<OnFraction>} */
    const listeners = new Set();
    const module = fetchModule(fileOf(codec), (fraction) => listeners.forEach((listener) => listener(fraction)));
    load = { module, listeners };
    loads.set(codec, load);
    module.catch(() => loads.delete(codec));
  }
  if (onLoading) load.listeners.add(onLoading);
  return load.module;
}

/**
 * @param {string} file
 * @param {OnFraction} onLoading
 */
async function fetchModule(file, onLoading) {
  const response = await fetch(new URL(file, import.meta.url), { credentials: "omit" });
  if (!response.ok || !response.body) throw new Error(`${file}: ${response.status}`);
  const bytes = new Uint8Array(/** @type {Record<string, number>} */ (SIZES)[file]);
  const reader = response.body.getReader();
  let loaded = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes.set(value, loaded);
    loaded += value.length;
    onLoading(loaded / bytes.length);
  }
  return WebAssembly.compile(bytes);
}
