import { createMD5 } from "hash-wasm";

/** Read into the same memory again and again; a fresh piece each time would leave hundreds of megabytes to the garbage collector. */
const PIECE_BYTES = 1 << 20;

/**
 * RFC 1321 over a file of any size, read in pieces: memory stays flat.
 * @param {Blob} file
 * @param {(fraction: number) => void} onProgress
 * @returns {Promise<string>} 32 hexadecimal digits
 */
export async function md5(file, onProgress) {
  const hasher = await createMD5();
  hasher.init();
  let read = 0;
  await eachPiece(file, (piece) => {
    hasher.update(piece);
    read += piece.length;
    onProgress(read / file.size);
  });
  return hasher.digest("hex");
}

/**
 * @param {Blob} file
 * @param {(piece: Uint8Array) => void} use
 */
async function eachPiece(file, use) {
  const stream = file.stream();
  const reader = byobReader(stream);
  if (!reader) return eachFreshPiece(stream, use);
  let buffer = new ArrayBuffer(PIECE_BYTES);
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || !value) return undefined;
    use(value);
    buffer = /** @type {ArrayBuffer} */ (value.buffer);
  }
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
 * @param {ReadableStream<Uint8Array>} stream
 * @param {(piece: Uint8Array) => void} use
 */
async function eachFreshPiece(stream, use) {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    use(value);
  }
}
