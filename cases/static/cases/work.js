// Proof of work, in a worker of its own, so that the page stays alive. Asked for only while many cases come in.

/** @typedef {{challenge: string, seed: string, puzzles: number, bits: number}} Work what the server asks for */

/**
 * @param {Work} work
 * @returns {Promise<Record<string, string>>} the fields to send with the form
 */
export function proofOf({ challenge, seed, puzzles, bits }) {
  const worker = new Worker(new URL("./work-worker.js", import.meta.url));
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => resolve({ challenge, nonces: String(data) }));
    worker.addEventListener("error", () => reject(new Error("the work could not be done")));
    worker.postMessage({ seed, puzzles, bits });
  }).finally(() => worker.terminate());
}
