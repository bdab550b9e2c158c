import { instantiateEmscripten } from "./emscripten.js";

/**
 * Decoders of the Squoosh family end with `new ImageData(new Uint8ClampedArray(view of their memory), width, height)` and then free that
 * memory. They look both names up at their first picture and keep what they find; given stand-ins that copy nothing, the pixels can be
 * read where they are.
 */

/** @typedef {{ data: Uint8Array, width: number, height: number }} Image */
/** @typedef {<T>(bytes: Uint8Array, look: (image: Image | null) => T) => T} LendingDecoder */

/** Kept for the next picture, as its memory can be used again. @type {WeakMap<Function, Promise<LendingDecoder>>} */
const started = new WeakMap();

/**
 * @param {Function} factory the codec's glue
 * @param {WebAssembly.Module} module
 * @returns {Promise<LendingDecoder>} `look` gets null where there is no picture, and is called before the decoder returns
 */
export function lendingDecoder(factory, module) {
  const known = started.get(factory);
  if (known) return known;
  const decoder = start(factory, module);
  started.set(factory, decoder);
  return decoder;
}

/**
 * @param {Function} factory
 * @param {WebAssembly.Module} module
 * @returns {Promise<LendingDecoder>}
 */
async function start(factory, module) {
  const codec = await instantiateEmscripten(factory, module);
  /** @type {(image: Image) => void} */
  let seen = () => {};
  const standIns = {
    Uint8ClampedArray: constructorOf((/** @type {Uint8Array} */ pixels) => pixels),
    ImageData: constructorOf((data, width, height) => seen({ data, width, height })),
  };
  return (bytes, look) => {
    let outcome = () => look(null);
    // What `look` throws must not cut through the decoder, which has memory to free.
    seen = (image) => (outcome = attempt(() => look(image)));
    withGlobals(standIns, () => codec.decode(bytes, false));
    return outcome();
  };
}

/**
 * @param {Record<string, Function>} standIns
 * @param {() => void} work
 */
function withGlobals(standIns, work) {
  const { Uint8ClampedArray, ImageData } = self;
  Object.assign(self, standIns);
  try {
    work();
  } finally {
    Object.assign(self, { Uint8ClampedArray, ImageData });
  }
}

/**
 * @param {(...parts: any[]) => any} make
 * @returns {Function} for `new`, which gives what `make` gives
 */
function constructorOf(make) {
  return function made(/** @type {any[]} */ ...parts) {
    return make(...parts);
  };
}

/**
 * @template T
 * @param {() => T} work
 * @returns {() => T} which gives what the work gave, or throws what it threw
 */
function attempt(work) {
  try {
    const value = work();
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
