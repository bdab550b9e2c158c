// What is wrong: at the field, and in one summary that takes the focus.

import { focusSummary } from "../ncii/errors.js";
import { find } from "./page.js";

/** @typedef {{message: string, target: string}} Wrong a sentence, and the id of the field it is about */

/** @param {Wrong[]} wrongs */
export function showWrongs(wrongs) {
  clearWrongs();
  const summary = find("[data-wrongs]", HTMLElement);
  find("ul", HTMLElement, summary).append(...wrongs.map(itemOf));
  for (const wrong of wrongs) atField(wrong);
  summary.hidden = false;
  focusSummary(summary);
}

export function clearWrongs() {
  const summary = find("[data-wrongs]", HTMLElement);
  summary.hidden = true;
  find("ul", HTMLElement, summary).replaceChildren();
  for (const field of document.querySelectorAll(".field--wrong")) {
    field.classList.remove("field--wrong");
    field.querySelector("[aria-invalid]")?.removeAttribute("aria-invalid");
    const error = find(".field__error", HTMLElement, field);
    error.hidden = true;
    error.textContent = "";
  }
}

/** @param {Wrong} wrong @returns {HTMLLIElement} its sentence, as a link into the field */
export function itemOf({ message, target }) {
  const link = document.createElement("a");
  link.href = `#${target}`;
  link.textContent = message;
  link.addEventListener("click", (event) => {
    // Following the link would add an entry to the history, and Back would have to be pressed twice.
    event.preventDefault();
    document.getElementById(target)?.focus();
  });
  const entry = document.createElement("li");
  entry.append(link);
  return entry;
}

/** @param {Wrong} wrong */
function atField({ message, target }) {
  const input = document.getElementById(target);
  const field = input?.closest(".field");
  if (!input || !field) return;
  const error = find(".field__error", HTMLElement, field);
  error.textContent = message;
  error.hidden = false;
  input.setAttribute("aria-invalid", "true");
  field.classList.add("field--wrong");
}
