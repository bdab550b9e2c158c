import { codecModule } from "./codecs.js";
import { HASH_ERROR_CODES, HashError } from "./errors.js";
import { checkedResult } from "./result.js";

/** @typedef {import("./hasher.js").HashResult} HashResult */
/** @typedef {import("./hasher.js").HashOptions} HashOptions */

/** One place in the pool: a worker, and the one file it is busy with (its side of the talk: worker/serve.js). */
export class Slot {
  /** @type {Worker | null} */
  #worker = null;
  /** Kept by the pool. */
  busy = false;

  /**
   * @param {Blob} file
   * @param {HashOptions} options
   * @returns {Promise<HashResult>}
   */
  async run(file, { onProgress, signal }) {
    if (signal?.aborted) throw new HashError("cancelled");
    const worker = (this.#worker ??= startWorker());
    try {
      return await new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new HashError("cancelled")), { once: true });
        worker.onerror = (event) => reject(new HashError("technical", event.message));
        worker.onmessageerror = () => reject(new HashError("technical", "unreadable message"));
        worker.onmessage = ({ data }) => {
          if (data.type === "need") supply(worker, String(data.codec));
          else if (data.type === "progress") onProgress?.(clamp(data.fraction));
          else if (data.type === "result") settle(() => resolve(checkedResult(data.result)), reject);
          else reject(errorFrom(data));
        };
        // A Blob without the file's name: the worker has no use for it.
        worker.postMessage({ type: "hash", file: file.slice() });
      });
    } catch (error) {
      // A decoder that has failed may be left in any state, and one that was cancelled is still at work.
      this.close();
      throw error;
    }
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
  }
}

/** A classic worker of one piece: engines without module workers have it too. */
function startWorker() {
  return new Worker(new URL("./vendor/common-worker.js", import.meta.url));
}

/**
 * @param {Worker} worker
 * @param {string} codec
 */
async function supply(worker, codec) {
  const module = await codecModule(codec).catch(() => null);
  worker.postMessage({ type: "module", codec, module });
}

/** @param {unknown} fraction */
function clamp(fraction) {
  return Math.min(1, Math.max(0, Number(fraction) || 0));
}

/**
 * @param {() => void} work
 * @param {(error: unknown) => void} reject
 */
function settle(work, reject) {
  try {
    work();
  } catch (error) {
    reject(error);
  }
}

/** @param {{ code?: unknown, detail?: unknown }} data */
function errorFrom(data) {
  const code = HASH_ERROR_CODES.find((known) => known === data.code);
  return new HashError(code ?? "technical", String(data.detail ?? ""));
}
