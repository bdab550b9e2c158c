import { createMD5 } from "hash-wasm";
import { eachPiece } from "./pieces.js";

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
