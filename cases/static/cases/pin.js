// The PIN, before it is sent. The server asks the same again (cases/pins.py).

const SHORTEST = 6;
const LONGEST = 12;

/**
 * @param {string} pin
 * @returns {"shape" | "trivial" | null} why it is refused
 */
export function pinProblem(pin) {
  if (!/^[0-9]+$/.test(pin) || pin.length < SHORTEST || pin.length > LONGEST) return "shape";
  return isTrivial(pin) ? "trivial" : null;
}

/**
 * @param {string} typed
 * @returns {string} the PIN that was meant: any keyboard's digits as 0 to 9, nothing unseen
 */
export function plainPin(typed) {
  return typed.replace(/[\s\p{Cf}]/gu, "").replace(/\p{Nd}/gu, valueOf);
}

/** Unicode lists the digits of a script in a row from its zero on. @param {string} digit */
function valueOf(digit) {
  const code = /** @type {number} */ (digit.codePointAt(0));
  let first = code;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first--;
  return String((code - first) % 10);
}

/** @param {string} pin */
function isTrivial(pin) {
  const steps = new Set();
  for (let i = 1; i < pin.length; i++) steps.add((Number(pin[i]) - Number(pin[i - 1]) + 10) % 10);
  if (steps.size === 1 && [0, 1, 9].some((step) => steps.has(step))) return true;
  return [1, 2, 3].some(
    (size) => pin.length % size === 0 && pin === pin.slice(0, size).repeat(pin.length / size),
  );
}

/** @returns {string} eight random digits that nobody would try first */
export function randomPin() {
  const numbers = new Uint32Array(1);
  // Above the last whole multiple of 10^8 some digits would come up more often than others.
  const limit = Math.floor(2 ** 32 / 1e8) * 1e8;
  for (;;) {
    crypto.getRandomValues(numbers);
    const pin = String(numbers[0] % 1e8).padStart(8, "0");
    if (numbers[0] < limit && !pinProblem(pin)) return pin;
  }
}
