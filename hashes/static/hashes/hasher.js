import { CODECS, codecModule } from "./codecs.js";
import { HashError } from "./errors.js";
import { Slot } from "./slot.js";
import { endSpares, keepSpares } from "./spares.js";
import { greet } from "./talk.js";

export { HashError };

/**
 * One signal of a file. The first claim of a result is the primary one.
 * @typedef {object} Claim
 * @property {"ImagePDQ" | "VideoMD5"} signal
 * @property {string} value lower-case hexadecimal, 64 digits for ImagePDQ, 32 for VideoMD5
 * @property {number | null} quality PDQ's, 0 to 100; null for a video
 * @property {string} variant one of VARIANTS in result.js
 */

/**
 * A screenshot's picture without what surrounds it: nothing is claimed of it until the person says so, and the claim is added.
 * @typedef {object} Trim
 * @property {{ left: number, top: number, right: number, bottom: number }} box shares of the picture as displayed, 0 to 1
 * @property {Claim} claim with the variant "trimmed"
 */

/**
 * @typedef {object} HashResult
 * @property {"photo" | "video"} kind
 * @property {Claim[]} claims
 * @property {Trim} [trim] only where something surrounds the picture
 */

/**
 * @typedef {object} HashOptions
 * @property {(fraction: number) => void} [onProgress] how much of this file is done, 0 to 1
 * @property {(fraction: number) => void} [onLoading] how much of a decoder has arrived, 0 to 1, where one is fetched first
 * @property {AbortSignal} [signal] cancels at once
 */

const MOST_WORKERS = 3;
/** Below this many GB of memory (navigator.deviceMemory) one picture at a time is enough. */
const SMALL_DEVICE_GB = 4;

/**
 * Hashes photos (PDQ) and videos (MD5) on this device. The file goes to a worker that has no network and comes back as hashes;
 * the page that calls this never reads a byte of it.
 */
export class Hasher {
  #slots = Array.from({ length: workerCount() }, () => new Slot());
  /** @type {((slot: Slot) => void)[]} */
  #waiting = [];

  /**
   * @param {Blob} file a File from an input, a drop or a paste
   * @param {HashOptions} [options]
   * @returns {Promise<HashResult>}
   * @throws {HashError} with the reason in `code`
   */
  async hash(file, options = {}) {
    if (options.signal?.aborted) throw new HashError("cancelled");
    const slot = await this.#freeSlot(options.signal);
    try {
      return await slot.run(file, options);
    } finally {
      this.#release(slot);
    }
  }

  /**
   * Fetches everything that any file may need, so that hashing goes on without a network.
   * @param {(fraction: number) => void} [onProgress] 0 to 1
   * @throws {HashError} technical, when something could not be fetched
   */
  async prepareOffline(onProgress = () => {}) {
    const loaded = new Map(CODECS.map((codec) => [codec, 0]));
    const tell = (/** @type {string} */ codec, /** @type {number} */ fraction) => {
      loaded.set(codec, fraction);
      onProgress([...loaded.values()].reduce((sum, value) => sum + value, 0) / loaded.size);
    };
    try {
      await Promise.all(CODECS.map((codec) =>
        codecModule(codec, (fraction) => tell(codec, fraction)).then(() => tell(codec, 1))));
      await Promise.all([...this.#slots.map((slot) => slot.prepare()), ...keepSpares().map(greet)]);
    } catch (error) {
      endSpares();
      throw error instanceof HashError ? error : new HashError("technical", String(error));
    }
  }

  /** Ends the workers. The next call of `hash` starts new ones. */
  close() {
    for (const slot of this.#slots) slot.close();
    endSpares();
  }

  /**
   * @param {AbortSignal} [signal]
   * @returns {Promise<Slot>}
   */
  #freeSlot(signal) {
    const free = this.#slots.find((slot) => !slot.busy);
    if (free) {
      free.busy = true;
      return Promise.resolve(free);
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal?.addEventListener("abort", () => {
        this.#waiting = this.#waiting.filter((waiting) => waiting !== resolve);
        reject(new HashError("cancelled"));
      }, { once: true });
    });
  }

  /** @param {Slot} slot */
  #release(slot) {
    const next = this.#waiting.shift();
    slot.busy = next !== undefined;
    next?.(slot);
    if (!this.#slots.some(({ busy }) => busy)) this.#slots.forEach((idle) => idle.rest());
  }
}

function workerCount() {
  const memory = /** @type {{ deviceMemory?: number }} */ (navigator).deviceMemory ?? SMALL_DEVICE_GB;
  if (memory < SMALL_DEVICE_GB) return 1;
  return Math.max(1, Math.min(MOST_WORKERS, (navigator.hardwareConcurrency || 2) - 1));
}
