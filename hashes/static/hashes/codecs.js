/**
 * Fetches and compiles WebAssembly for the workers, which have no network of their own. Each codec at most once, when first needed.
 */

const FILES = {
  "pdq-simd": "./pdq-simd.wasm",
  "pdq-scalar": "./pdq-scalar.wasm",
  jpeg: "./vendor/jpeg.wasm",
  png: "./vendor/png.wasm",
  avif: "./vendor/avif.wasm",
  heif: "./vendor/heif.wasm",
  magick: "./vendor/magick.wasm",
  webp: "./vendor/webp.wasm",
};

/** A module of one function that splats a v128: valid only where there is SIMD (WebAssembly SIMD, "Binary format"). */
const SIMD_PROBE = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
);

/** @type {Map<string, Promise<WebAssembly.Module>>} */
const compiled = new Map();

/** @param {string} codec */
function fileOf(codec) {
  const name = codec === "pdq" ? (WebAssembly.validate(SIMD_PROBE) ? "pdq-simd" : "pdq-scalar") : codec;
  if (!Object.hasOwn(FILES, name)) throw new Error(`no codec is called ${name}`);
  return new URL(FILES[/** @type {keyof typeof FILES} */ (name)], import.meta.url);
}

/**
 * @param {string} codec "pdq", or a decoder's name
 * @returns {Promise<WebAssembly.Module>} rejects when it can't be fetched; the next call tries again
 */
export function codecModule(codec) {
  const known = compiled.get(codec);
  if (known) return known;
  const loading = load(fileOf(codec));
  compiled.set(codec, loading);
  loading.catch(() => compiled.delete(codec));
  return loading;
}

/** @param {URL} url */
async function load(url) {
  const response = await fetch(url, { credentials: "omit" });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  return WebAssembly.compile(await response.arrayBuffer());
}
