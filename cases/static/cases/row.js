// One file in the list: what it is, how far it is, what can be done.

import { find } from "./page.js";
import { problem, say } from "./words.js";

/** @typedef {{signal: string, value: string, quality: number | null, variant: string}} Claim */
/** @typedef {{kind: "photo" | "video", claims: Claim[]}} Result */
/** @typedef {"waiting" | "working" | "ready" | "wrong"} State */

const WORTH_TRYING_AGAIN = new Set(["technical", "cancelled"]);

export class Row {
  /** @type {State} */ state = "waiting";
  /** @type {Result | null} */ result = null;
  stop = new AbortController();
  name = "";
  file;
  element;
  #says;
  #bar;

  /**
   * @param {File} file
   * @param {{remove: (row: Row) => void, retry: (row: Row) => void}} does
   */
  constructor(file, does) {
    this.file = file;
    const template = find("#row", HTMLTemplateElement);
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.element = find("li", HTMLElement, copy);
    this.#says = find("[data-says]", HTMLElement, copy);
    this.#bar = find("progress", HTMLProgressElement, copy);
    find("[data-file]", HTMLElement, copy).textContent = file.name;
    this.button("remove").addEventListener("click", () => does.remove(this));
    this.button("retry").addEventListener("click", () => does.retry(this));
    this.wait();
  }

  /** What it most likely is, until the hasher has looked. @returns {"photo" | "video"} */
  get kind() {
    return this.result?.kind ?? (this.file.type.startsWith("video/") ? "video" : "photo");
  }

  /** @param {"remove" | "retry"} what */
  button(what) {
    return find(`[data-${what}]`, HTMLButtonElement, this.element);
  }

  /** @param {number} number its place among the files that will be sent; 0 if it will not be */
  label(number) {
    this.name = number ? say(this.kind, { number }) : say("notUsed");
    find("[data-name]", HTMLElement, this.element).textContent = this.name;
    const what = number ? this.name : this.file.name;
    this.button("remove").setAttribute("aria-label", say("removeWhat", { what }));
    this.button("retry").setAttribute("aria-label", say("retryWhat", { what }));
    this.#bar.setAttribute("aria-label", this.name);
    for (const icon of this.element.querySelectorAll("[data-icon]")) {
      icon.toggleAttribute("hidden", icon.getAttribute("data-icon") !== this.kind);
    }
  }

  wait() {
    this.stop = new AbortController();
    this.result = null;
    this.#bar.value = 0;
    this.#become("waiting", say("waiting"));
  }

  /** @param {number} share from 0 to 1, of a decoder that is fetched first */
  loading(share) {
    this.#become("working", say("loading"));
    this.#bar.value = share;
  }

  /** @param {number} share from 0 to 1, of the fingerprint */
  progress(share) {
    this.#become("working", say("working"));
    this.#bar.value = share;
  }

  /** @param {Result} result */
  ready(result) {
    this.result = result;
    this.#become("ready", say("ready"));
  }

  /** @param {string} code of a HashError */
  fail(code) {
    this.refuse(problem(code));
    this.button("retry").hidden = !WORTH_TRYING_AGAIN.has(code);
  }

  /** @param {string} message */
  refuse(message) {
    this.result = null;
    this.#become("wrong", message);
  }

  /** @param {State} state @param {string} says */
  #become(state, says) {
    this.state = state;
    this.#says.textContent = says;
    this.element.className = `row row--${state}`;
    this.#bar.hidden = state !== "working";
    this.button("retry").hidden = true;
  }
}
