import { createMD5 } from "hash-wasm";

/**
 * RFC 1321 over a file of any size, read in pieces: memory stays flat.
 * @param {Blob} file
 * @param {(fraction: number) => void} onProgress
 * @returns {Promise<string>} 32 hexadecimal digits
 */
export async function md5(file, onProgress) {
  const hasher = await createMD5();
  hasher.init();
  const reader = file.stream().getReader();
  let read = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return hasher.digest("hex");
    hasher.update(value);
    read += value.length;
    onProgress(read / file.size);
  }
}
