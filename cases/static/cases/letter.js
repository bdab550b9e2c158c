// A removal request, written on this device. Nothing typed here is sent or stored: the fields have
// no names, the form sends nothing, and the page asks nothing of any server.

import { reminder } from "./calendar.js";
import { find } from "./page.js";
import { copy, save } from "./saving.js";
import { letterIn, say } from "./words.js";
import { itemOf } from "./wrongs.js";

const HOURS_48_MS = 48 * 3600 * 1000;
const GAP = "______________________________";
const LOOKS_AT = ["site", "links", "name", "contact"];

const form = find("[data-letter]", HTMLFormElement);
const platform = find("#platform", HTMLSelectElement);
const result = find("[data-result]", HTMLElement);
const paper = find("[data-paper]", HTMLElement);
let deadline = new Date();

/** @param {string} id @returns {string} what was typed there */
function typed(id) {
  const field = document.getElementById(id);
  const hasText = field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement;
  return hasText ? field.value.trim() : "";
}

/** @returns {string} the language of the letter; a page in English has no choice */
function language() {
  const chosen = document.querySelector("#tongue");
  return chosen instanceof HTMLSelectElement ? chosen.value : document.documentElement.lang;
}

/** @returns {boolean} whether the images are on a site that is not in the list */
function isOther() {
  return platform.selectedOptions[0]?.dataset.other !== undefined;
}

/** @returns {Record<string, string>} the gaps of the letter, filled; empty where nothing was typed */
function gaps() {
  const now = new Date();
  // Day before month, as most of the world writes it.
  const local = language() === "en" ? "en-GB" : language();
  deadline = new Date(now.getTime() + HOURS_48_MS);
  /** @type {Intl.DateTimeFormatOptions} */
  const withTime = { dateStyle: "long", timeStyle: "short" };
  return {
    platform: isOther() ? typed("site") : platform.value,
    date: new Intl.DateTimeFormat(local, { dateStyle: "long" }).format(now),
    deadline: new Intl.DateTimeFormat(local, withTime).format(deadline),
    links: typed("links"),
    contact: typed("contact"),
    name: typed("name"),
  };
}

/** Put the letter on the page, and say what it still lacks. */
function write() {
  const { direction, paragraphs } = letterIn(language());
  const filled = gaps();
  const asks = find("#role", HTMLSelectElement).value;
  const fake = find("#fake", HTMLInputElement).checked;
  const untrue = [asks === "self" ? "other" : "self", fake ? "" : "fake"];
  const lines = Object.entries(paragraphs)
    .filter(([name]) => !untrue.includes(name))
    .map(([, text]) => text.replace(/\{(\w+)\}/g, (_, gap) => filled[gap] || GAP));
  paper.lang = language();
  paper.dir = direction;
  paper.replaceChildren(
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }),
  );
  showMissing({ ...filled, site: filled.platform });
  showWhere();
  result.hidden = false;
  result.focus();
  result.scrollIntoView({ block: "start" });
}

/** @param {Record<string, string>} filled */
function showMissing(filled) {
  const missing = LOOKS_AT.filter((name) => !filled[name]);
  const notice = find("[data-missing]", HTMLElement);
  notice.hidden = missing.length === 0;
  find("ul", HTMLUListElement, notice).replaceChildren(
    ...missing.map((name) => {
      const target = name === "site" && !isOther() ? "platform" : name;
      return itemOf({ message: say(`missing_${name}`), target });
    }),
  );
}

function showWhere() {
  const url = platform.selectedOptions[0]?.dataset.url;
  find("[data-where]", HTMLElement).hidden = !url;
  find("[data-where-else]", HTMLElement).hidden = Boolean(url);
  if (url) find("[data-report]", HTMLAnchorElement).href = url;
}

/** @returns {string} */
function text() {
  return [...paper.children].map((line) => line.textContent).join("\n\n");
}

/** @param {string} sentence */
function tell(sentence) {
  find("[data-told]", HTMLElement).textContent = sentence;
}

platform.addEventListener("change", () => {
  find("[data-other-field]", HTMLElement).hidden = !isOther();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  write();
});
find("[data-copy]", HTMLButtonElement).addEventListener("click", async () => {
  tell(say((await copy(text())) ? "copied" : "notCopied"));
});
find("[data-print]", HTMLButtonElement).addEventListener("click", () => print());
find("[data-save]", HTMLButtonElement).addEventListener("click", () => {
  save(say("letterFile"), "text/plain", `${text()}\n`);
  tell(say("saved"));
});
find("[data-remind]", HTMLButtonElement).addEventListener("click", () => {
  save(say("reminderFile"), "text/calendar", reminder(say("reminder"), deadline, new Date()));
  tell(say("saved"));
});
form.reset();
find("[data-by-hand]", HTMLElement).remove();
find("[data-machine]", HTMLElement).hidden = false;
