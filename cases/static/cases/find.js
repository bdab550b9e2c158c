// Searching the answers, on this device. What is typed goes nowhere.

import { find } from "./page.js";

const box = find("[data-find]", HTMLElement);
const field = find("#find", HTMLInputElement);
const found = find("[data-found]", HTMLElement);
const answers = [...document.querySelectorAll("[data-answer]")];
/** @type {string[]} one sentence for each number of answers */
const counts = JSON.parse(document.getElementById("counts")?.textContent ?? "[]");

/** @param {string | null} text @returns {string} without case and accents, for comparing */
function plain(text) {
  return (text ?? "").normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}

const texts = answers.map((answer) => plain(answer.textContent));

function sift() {
  const words = plain(field.value).split(/\s+/u).filter(Boolean);
  let matching = 0;
  answers.forEach((answer, i) => {
    const matches = words.every((word) => texts[i].includes(word));
    if (answer instanceof HTMLElement) answer.hidden = !matches;
    matching += Number(matches);
  });
  for (const group of document.querySelectorAll("[data-group]")) {
    if (group instanceof HTMLElement) group.hidden = !group.querySelector("[data-answer]:not([hidden])");
  }
  found.textContent = words.length ? counts[matching] : "";
}

field.addEventListener("input", sift);
box.hidden = false;
