import { codecModule } from "./codecs.js";
import { HASH_ERROR_CODES, HashError } from "./errors.js";
import { checkedResult } from "./result.js";

/** @typedef {import("./hasher.js").HashResult} HashResult */
/** @typedef {import("./hasher.js").HashOptions} HashOptions */

/** Which worker knows a format that the common one does not. */
const SPECIALISTS = {
  heic: "heif", avif: "heif",
  "jpeg-cmyk": "magick", bmp: "magick", ico: "magick", miff: "magick", pcx: "magick", psd: "magick", tga: "magick",
  tiff: "magick", xpm: "magick",
};

/** One place in the pool: a worker, and the one file it is busy with (its side of the talk: worker/serve.js). */
export class Slot {
  /** @type {Worker | null} */
  #worker = null;
  #kind = "";
  /** Kept by the pool. */
  busy = false;

  /**
   * @param {Blob} file
   * @param {HashOptions} options
   * @returns {Promise<HashResult>}
   */
  async run(file, options) {
    const first = await this.#ask("common", file, null, options);
    if (!Object.hasOwn(SPECIALISTS, first?.format)) return checkedResult(first);
    const format = /** @type {keyof typeof SPECIALISTS} */ (first.format);
    return checkedResult(await this.#ask(SPECIALISTS[format], file, format, options));
  }

  close() {
    this.#worker?.terminate();
    this.#worker = null;
  }

  /**
   * @param {string} kind
   * @param {Blob} file
   * @param {string | null} format
   * @param {HashOptions} options
   * @returns {Promise<any>} what the worker answers, not yet to be trusted
   */
  async #ask(kind, file, format, { onProgress, signal }) {
    const worker = this.#workerOf(kind);
    const stop = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        if (signal?.aborted) reject(new HashError("cancelled"));
        signal?.addEventListener("abort", () => reject(new HashError("cancelled")), { signal: stop.signal });
        worker.onerror = (event) => reject(new HashError("technical", event.message));
        worker.onmessageerror = () => reject(new HashError("technical", "unreadable message"));
        worker.onmessage = ({ data }) => {
          if (data.type === "need") supply(worker, String(data.codec));
          else if (data.type === "progress") onProgress?.(clamp(data.fraction));
          else if (data.type === "result") resolve(data.result);
          else reject(errorFrom(data));
        };
        // A Blob without the file's name: the worker has no use for it.
        worker.postMessage({ type: "hash", file: file.slice(), format });
      });
    } catch (error) {
      // A decoder that has failed may be left in any state, and one that was cancelled is still at work.
      this.close();
      throw error;
    } finally {
      stop.abort();
    }
  }

  /**
   * A classic worker of one piece: engines without module workers have it too.
   * @param {string} kind
   */
  #workerOf(kind) {
    if (this.#worker && this.#kind === kind) return this.#worker;
    this.close();
    this.#kind = kind;
    this.#worker = new Worker(new URL(`./vendor/${kind}-worker.js`, import.meta.url));
    return this.#worker;
  }
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

/** @param {{ code?: unknown, detail?: unknown }} data */
function errorFrom(data) {
  const code = HASH_ERROR_CODES.find((known) => known === data.code);
  return new HashError(code ?? "technical", String(data.detail ?? ""));
}
