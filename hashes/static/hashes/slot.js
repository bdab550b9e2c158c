import { checkedResult } from "./result.js";
import { workerForUse } from "./spares.js";
import { greet, Refusal, talk } from "./talk.js";

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
/** One that has held more than this is kept for the next file, but not when there is none. */
const RESTING_BYTES = 16e6;

/** One place in the pool: its workers, and the one file it is busy with (the talk with them: talk.js). */
export class Slot {
  /** @type {Map<string, Worker>} */
  #workers = new Map();
  /** The most bytes that each has held. @type {Map<string, number>} */
  #weights = new Map();
  #isPrepared = false;
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
    await Promise.all(KINDS.map((kind) => greet(this.#workerOf(kind)).catch((error) => {
      this.#end(kind);
      throw error;
    })));
    this.#isPrepared = true;
  }

  /** Gives large memory back while there is nothing to do, unless the workers may be needed where none can be fetched. */
  rest() {
    if (this.#isPrepared || !navigator.onLine) return;
    for (const [kind, weight] of this.#weights) {
      if (weight > RESTING_BYTES) this.#end(kind);
    }
  }

  close() {
    this.#isPrepared = false;
    for (const kind of this.#workers.keys()) this.#end(kind);
  }

  /**
   * @param {string} kind
   * @param {Blob} file
   * @param {string | null} format
   * @param {HashOptions} options
   * @returns {Promise<any>} what the worker answers, not yet to be trusted
   */
  async #ask(kind, file, format, options) {
    try {
      const { result, weight } = await talk(this.#workerOf(kind), file, format, options);
      this.#weights.set(kind, Math.max(weight, this.#weights.get(kind) ?? 0));
      // Without a network there may be no other worker to be had.
      if (weight > HEAVY_BYTES && navigator.onLine) this.#end(kind);
      return result;
    } catch (error) {
      // A decoder that has failed may be left in any state, and one that was cancelled is still at work.
      if (!(error instanceof Refusal)) this.#end(kind);
      throw error;
    }
  }

  /** @param {string} kind */
  #workerOf(kind) {
    const known = this.#workers.get(kind);
    if (known) return known;
    const worker = workerForUse(kind);
    this.#workers.set(kind, worker);
    return worker;
  }

  /** @param {string} kind */
  #end(kind) {
    this.#workers.get(kind)?.terminate();
    this.#workers.delete(kind);
    this.#weights.delete(kind);
    // The next one is fetched while it can be.
    if (this.#isPrepared && navigator.onLine) this.#workerOf(kind);
  }
}
