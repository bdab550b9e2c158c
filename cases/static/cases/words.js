// The sentences of the page, translated by the server. Nothing is said here in any language.

const words = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/**
 * @param {string} key
 * @param {Record<string, string | number>} [values] for the {placeholders} of the sentence
 * @returns {string}
 */
export function say(key, values = {}) {
  const sentence = /** @type {string} */ (words[key] ?? "");
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/**
 * @param {string} key
 * @param {number} number
 * @returns {string} the sentence for that number, in the language's right plural form
 */
export function count(key, number) {
  const sentences = /** @type {string[]} */ (words.counts[key]);
  return sentences[Math.min(number, sentences.length - 1)];
}

/**
 * @param {number} size in bytes
 * @param {number} beside the size whose unit is used: the larger of the two that are told together
 * @returns {string} as the page's language writes it
 */
export function bytes(size, beside) {
  const [unit, divisor] = beside >= 1e9 ? ["gigabyte", 1e9] : ["megabyte", 1e6];
  const maximumFractionDigits = beside >= 1e9 || beside < 1e7 ? 1 : 0;
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits })
    .format(size / divisor);
}

/**
 * @param {string} code of a HashError, or "offline"
 * @returns {string}
 */
export function problem(code) {
  return words.errors[code] ?? words.errors.technical;
}

/**
 * @param {string} language
 * @returns {{direction: "ltr" | "rtl", paragraphs: Record<string, string>}} a letter's words
 */
export function letterIn(language) {
  return words.letters[language] ?? words.letters.en;
}
