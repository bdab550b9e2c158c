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
 * @param {string} code of a HashError
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
