import { codecModule } from "./codecs.js";
import { HASH_ERROR_CODES, HashError } from "./errors.js";

/** The page's side of the talk with a worker (the other side: worker/serve.js). */

/** @typedef {import("./hasher.js").HashOptions} HashOptions */

/** A worker that says nothing for so long is given up, so that no file waits for ever. */
const SILENCE_MS = 180_000;

/** A file that was looked at and not taken, by a worker that is as good as before. */
export class Refusal extends HashError {}

/**
 * @param {Worker} worker
 * @param {Blob} file
 * @param {string | null} format
 * @param {HashOptions} options
 * @returns {Promise<{ result: any, weight: number }>} what the worker answers, not yet to be trusted
 * @throws {HashError} a Refusal, where the worker is fit for the next file
 */
export async function talk(worker, file, format, { onProgress, onLoading, signal }) {
  const stop = new AbortController();
  let silence = 0;
  try {
    return await new Promise((resolve, reject) => {
      const listen = () => {
        clearTimeout(silence);
        silence = setTimeout(() => reject(new HashError("technical", "no answer")), SILENCE_MS);
      };
      const tellLoading = (/** @type {number} */ fraction) => {
        listen();
        onLoading?.(fraction);
      };
      if (signal?.aborted) reject(new HashError("cancelled"));
      signal?.addEventListener("abort", () => reject(new HashError("cancelled")), { signal: stop.signal });
      worker.onerror = (event) => reject(new HashError("technical", event.message));
      worker.onmessageerror = () => reject(new HashError("technical", "unreadable message"));
      worker.onmessage = ({ data }) => {
        listen();
        if (data.type === "need") supply(worker, String(data.codec), tellLoading);
        else if (data.type === "progress") onProgress?.(clamp(data.fraction));
        else if (data.type === "result") resolve(data);
        else if (data.type === "error") reject(errorFrom(data));
      };
      listen();
      // A Blob without the file's name: the worker has no use for it.
      worker.postMessage({ type: "hash", file: file.slice(), format });
    });
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

/**
 * Waits until a worker's script has been fetched and runs.
 * @param {Worker} worker
 * @returns {Promise<void>}
 */
export function greet(worker) {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => data.type === "hello" && resolve());
    worker.addEventListener("error", (event) => reject(new HashError("technical", event.message)));
    worker.postMessage({ type: "hello" });
  });
}

/**
 * @param {Worker} worker
 * @param {string} codec
 * @param {(fraction: number) => void} onLoading
 */
async function supply(worker, codec, onLoading) {
  const module = await codecModule(codec, onLoading).catch(() => null);
  worker.postMessage({ type: "module", codec, module });
}

/** @param {unknown} fraction */
function clamp(fraction) {
  return Math.min(1, Math.max(0, Number(fraction) || 0));
}

/** @param {{ code?: unknown, detail?: unknown, broken?: unknown }} data */
function errorFrom(data) {
  const code = HASH_ERROR_CODES.find((known) => known === data.code) ?? "technical";
  const detail = String(data.detail ?? "");
  return data.broken ? new HashError(code, detail) : new Refusal(code, detail);
}
