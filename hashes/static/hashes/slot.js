import { checkedResult } from "./result.js";
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

/** One place in the pool: its workers, and the one file it is busy with (the talk with them: talk.js). */
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
    await Promise.all(KINDS.map((kind) => greet(this.#workerOf(kind))));
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
  async #ask(kind, file, format, options) {
    try {
      const { result, weight } = await talk(this.#workerOf(kind), file, format, options);
      // Without a network there may be no other worker to be had.
      if (weight > HEAVY_BYTES && navigator.onLine) this.#end(kind);
      return result;
    } catch (error) {
      // A decoder that has failed may be left in any state, and one that was cancelled is still at work.
      if (!(error instanceof Refusal)) this.#end(kind);
      throw error;
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
