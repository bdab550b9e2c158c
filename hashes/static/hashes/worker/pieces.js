import { HashError } from "../errors.js";

/** Read into the same memory again and again; a fresh piece each time would leave hundreds of megabytes to the garbage collector. */
const PIECE_BYTES = 1 << 20;
/** A read that brings nothing for so long is begun again where it stopped: a drive may sleep, a stream may get lost. */
const PATIENCE_MS = 15_000;
/** Each wait is twice as long as the one before; together they stay below the page's own limit (../talk.js). */
const MOST_TRIES = 3;

/**
 * Every byte of a file, once and in order.
 * @param {Blob} file
 * @param {(piece: Uint8Array) => void} use the piece's memory is used again
 * @param {number} [patience] milliseconds
 * @throws {HashError} technical, where nothing comes any more
 */
export async function eachPiece(file, use, patience = PATIENCE_MS) {
  let read = 0;
  let tries = 0;
  const take = (/** @type {Uint8Array} */ piece) => {
    use(piece);
    read += piece.length;
    tries = 0;
  };
  while (!(await readAll(file.slice(read), take, () => patience * 2 ** tries))) {
    tries++;
    if (tries === MOST_TRIES) throw new HashError("technical", `reading stopped at ${read} of ${file.size}`);
  }
  if (read !== file.size) throw new HashError("technical", `read ${read} of ${file.size}`);
}

/**
 * @param {Blob} file
 * @param {(piece: Uint8Array) => void} take
 * @param {() => number} patience
 * @returns {Promise<boolean>} false where it stopped before the end
 */
async function readAll(file, take, patience) {
  const read = reads(file.stream());
  for (;;) {
    const result = await unlessSilent(read.next(), patience());
    if (!result) {
      read.stop();
      return false;
    }
    if (result.done || !result.value) return true;
    take(result.value);
  }
}

/**
 * @typedef {object} Reads
 * @property {() => Promise<ReadableStreamReadResult<Uint8Array>>} next
 * @property {() => void} stop
 */

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {Reads}
 */
function reads(stream) {
  const byob = byobReader(stream);
  const reader = byob ?? stream.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  if (!byob) return { next: () => /** @type {ReadableStreamDefaultReader<Uint8Array>} */ (reader).read(), stop };
  let buffer = new ArrayBuffer(PIECE_BYTES);
  const next = async () => {
    const result = await byob.read(new Uint8Array(buffer));
    if (result.value) buffer = result.value.buffer;
    return result;
  };
  return { next, stop };
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {ReadableStreamBYOBReader | null} null where files are not byte streams
 */
function byobReader(stream) {
  try {
    return stream.getReader({ mode: "byob" });
  } catch {
    return null;
  }
}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} patience milliseconds
 * @returns {Promise<T | null>} null where it does not settle in time
 */
async function unlessSilent(promise, patience) {
  let timer = 0;
  const silence = new Promise((resolve) => {
    timer = setTimeout(resolve, patience, null);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
