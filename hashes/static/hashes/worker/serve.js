import { HashError } from "../errors.js";

/**
 * The worker's side of the talk with the page (the other side: ../talk.js). One file at a time.
 *
 * page: { type: "hash", file, format | null }, { type: "module", codec, module | null } and { type: "hello" }, answered with the same
 * worker: { type: "need", codec }, { type: "progress", fraction }, { type: "error", code, detail, broken } (broken: the decoder stopped
 * half-way, and this worker should go) and { type: "result", result, weight } (bytes that this file took). A result of { format }
 * says that another worker knows this format.
 */

/**
 * @typedef {object} Tools
 * @property {import("./picture.js").NeedModule} need
 * @property {(fraction: number) => void} progress
 * @property {(bytes: number) => void} weigh tells how much memory a file has taken
 */

/** @type {Map<string, WebAssembly.Module>} */
const modules = new Map();
/** @type {Map<string, (module: WebAssembly.Module | null) => void>} */
const awaited = new Map();

/** @param {string} codec */
async function need(codec) {
  const known = modules.get(codec);
  if (known) return known;
  const module = await new Promise((resolve) => {
    awaited.set(codec, resolve);
    postMessage({ type: "need", codec });
  });
  if (!module) throw new HashError("technical", `no ${codec} codec`);
  modules.set(codec, module);
  return module;
}

/** At most a hundred reports a file, whatever its size. */
function progressReporter() {
  let reported = 0;
  return (/** @type {number} */ fraction) => {
    if (fraction < 1 && fraction - reported < 0.01) return;
    reported = fraction;
    postMessage({ type: "progress", fraction });
  };
}

/**
 * @param {(file: Blob, format: string, tools: Tools) => Promise<import("../hasher.js").HashResult | { format: string }>} hashFile
 */
export function serve(hashFile) {
  addEventListener("message", async ({ data }) => {
    if (data.type === "module") {
      awaited.get(data.codec)?.(data.module);
      awaited.delete(data.codec);
      return;
    }
    if (data.type === "hello") {
      postMessage({ type: "hello" });
      return;
    }
    try {
      let weight = 0;
      const tools = { need, progress: progressReporter(), weigh: (/** @type {number} */ bytes) => (weight += bytes) };
      const result = await hashFile(data.file, data.format, tools);
      postMessage({ type: "result", result, weight });
    } catch (error) {
      postMessage({ type: "error", ...reason(error) });
    }
  });
}

/**
 * A decoder that stops half-way speaks of the file; a browser that gives no memory speaks of its size.
 * @param {unknown} error
 */
function reason(error) {
  if (error instanceof HashError) return { code: error.code, detail: error.detail, broken: false };
  if (error instanceof DOMException) return { code: "technical", detail: error.name, broken: true };
  const detail = String(error);
  if (/memory|OOM|allocat|array length/i.test(detail)) return { code: "too-big", detail, broken: true };
  return { code: "damaged", detail, broken: true };
}
