import { codecModule } from "./codecs.js";
import { HASH_ERROR_CODES, HashError } from "./errors.js";
import { checkedResult } from "./result.js";

/** @typedef {import("./hasher.js").HashResult} HashResult */
/** @typedef {import("./hasher.js").HashOptions} HashOptions */

/** Which worker knows a format that the common one does not. */
const SPECIALISTS = {
  heic: "heif", avif: "heif",
  "jpeg-cmyk": "magick", bmp: "magick", dicom: "magick", ico: "magick", miff: "magick", pcx: "magick", psd: "magick", tga: "magick",
  tiff: "magick", xcf: "magick", xpm: "magick",
};
const KINDS = ["common", ...new Set(Object.values(SPECIALISTS))];

/** A worker that has held more bytes than this is ended: its memory never shrinks. */
const HEAVY_BYTES = 64e6;

/** One place in the pool: its workers, and the one file it is busy with (their side of the talk: worker/serve.js). */
export class Slot {
  /** @type {Map<string, Worker>} */
  #workers = new Map();
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

  /** Starts every kind of worker, so that none has to be fetched later; resolves when all of them run. */
  async prepare() {
    await Promise.all(KINDS.map((kind) => greeting(this.#workerOf(kind))));
  }

  close() {
    for (const kind of this.#workers.keys()) this.#end(kind);
  }

  /**
   * @param {string} kind
   * @param {Blob} file
   * @param {string | null} format
   * @param {HashOptions} options
   * @returns {Promise<any>} what the worker answers, not yet to be trusted
   */
  async #ask(kind, file, format, { onProgress, onLoading, signal }) {
    const worker = this.#workerOf(kind);
    const stop = new AbortController();
    try {
      const { result, weight } = await new Promise((resolve, reject) => {
        if (signal?.aborted) reject(new HashError("cancelled"));
        signal?.addEventListener("abort", () => reject(new HashError("cancelled")), { signal: stop.signal });
        worker.onerror = (event) => reject(new HashError("technical", event.message));
        worker.onmessageerror = () => reject(new HashError("technical", "unreadable message"));
        worker.onmessage = ({ data }) => {
          if (data.type === "need") supply(worker, String(data.codec), onLoading);
          else if (data.type === "progress") onProgress?.(clamp(data.fraction));
          else if (data.type === "result") resolve(data);
          else if (data.type === "error") reject(errorFrom(data));
        };
        // A Blob without the file's name: the worker has no use for it.
        worker.postMessage({ type: "hash", file: file.slice(), format });
      });
      // Without a network there may be no other worker to be had.
      if (weight > HEAVY_BYTES && navigator.onLine) this.#end(kind);
      return result;
    } catch (error) {
      // A decoder that has failed may be left in any state, and one that was cancelled is still at work.
      if (!(error instanceof Refusal)) this.#end(kind);
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
    const known = this.#workers.get(kind);
    if (known) return known;
    const worker = new Worker(new URL(`./vendor/${kind}-worker.js`, import.meta.url));
    this.#workers.set(kind, worker);
    return worker;
  }

  /** @param {string} kind */
  #end(kind) {
    this.#workers.get(kind)?.terminate();
    this.#workers.delete(kind);
  }
}

/** A file that was looked at and not taken, by a worker that is as good as before. */
class Refusal extends HashError {}

/**
 * Waits until a worker's script has been fetched and runs.
 * @param {Worker} worker
 * @returns {Promise<void>}
 */
function greeting(worker) {
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => data.type === "hello" && resolve());
    worker.addEventListener("error", (event) => reject(new HashError("technical", event.message)));
    worker.postMessage({ type: "hello" });
  });
}

/**
 * @param {Worker} worker
 * @param {string} codec
 * @param {((fraction: number) => void) | undefined} onLoading
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
