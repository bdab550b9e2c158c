// Proof of work (cases/work.py). This worker sees a number from the server and nothing else: no picture, no hash, no PIN. It imports nothing and has no network.

/** FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
/** FIPS 180-4, 5.3.3: of the square roots of the first eight. */
const START = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));
const schedule = new Int32Array(64);

/** @param {number} count @returns {number[]} */
function primes(count) {
  const found = [2];
  for (let next = 3; found.length < count; next += 2) {
    if (found.every((prime) => next % prime !== 0)) found.push(next);
  }
  return found;
}

/** @param {number} root */
function fraction(root) {
  return Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;
}

/**
 * SHA-256 of a message of one block (FIPS 180-4, 6.2.2).
 * @param {Int32Array} block 16 words, padded
 * @returns {number} the first 32 bits
 */
function firstWord(block) {
  const w = schedule;
  w.set(block);
  for (let t = 16; t < 64; t += 1) {
    const x = w[t - 15];
    const y = w[t - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + START[0]) | 0;
}

/**
 * @param {string} seed 64 hexadecimal digits
 * @param {number} puzzle
 * @param {number} bits
 * @returns {string} the nonce, in hexadecimal digits
 */
function solve(seed, puzzle, bits) {
  const block = new Int32Array(16);
  for (let at = 0; at < 8; at += 1) block[at] = Number.parseInt(seed.slice(at * 8, at * 8 + 8), 16);
  block[8] = puzzle;
  block[11] = 1 << 31;
  block[15] = 44 * 8;
  for (let nonce = 0; ; nonce += 1) {
    block[10] = nonce;
    if (firstWord(block) >>> (32 - bits) === 0) return nonce.toString(16);
  }
}

addEventListener("message", ({ data: { seed, puzzles, bits } }) => {
  const nonces = [];
  for (let puzzle = 0; puzzle < puzzles; puzzle += 1) nonces.push(solve(seed, puzzle, bits));
  postMessage(nonces.join(","));
});
