// The offer for a screenshot: use the picture without what surrounds it as well. The person decides.

import { announce, find } from "./page.js";
import { draw, wipe } from "./preview.js";
import { say } from "./words.js";

/** Enough to see where it is cut, and no more, for whoever looks over a shoulder. */
const SIDE = 96;

export class TrimOffer {
  #element;
  #file;
  /** @type {import("./row.js").Trim | null} */ #trim = null;
  #taken = false;

  /** @param {HTMLElement} element the offer in a row @param {Blob} file */
  constructor(element, file) {
    this.#element = element;
    this.#file = file;
    this.#button("look").addEventListener("click", () => this.#look());
    this.#button("yes").addEventListener("click", () => this.#decide(true));
    this.#button("no").addEventListener("click", () => this.#decide(false));
  }

  /** What the person said yes to. @returns {import("./row.js").Claim[]} */
  get claims() {
    return this.#trim && this.#taken ? [this.#trim.claim] : [];
  }

  /** @param {import("./row.js").Trim | null} trim null where there is nothing to trim, or not any more */
  show(trim) {
    this.#trim = trim;
    this.#taken = false;
    this.#element.hidden = !trim;
    this.#say("trimOffer", "trimLook");
    this.#fold();
  }

  /** @param {string} name of the row, for a screen reader */
  label(name) {
    this.#element.setAttribute("aria-label", name);
  }

  async #look() {
    const trim = this.#trim;
    if (!trim) return;
    this.#shown.hidden = false;
    this.#button("look").hidden = true;
    this.#button("yes").focus();
    const [before, after] = this.#canvases;
    const drawings = [{ canvas: before, side: SIDE }, { canvas: after, side: SIDE, box: trim.box }];
    const wanted = () => this.#trim === trim && !this.#shown.hidden;
    const drawn = await draw(this.#file, drawings, wanted);
    if (!wanted()) return;
    find("[data-trim-pictures]", HTMLElement, this.#element).hidden = !drawn;
    find("[data-trim-unseen]", HTMLElement, this.#element).hidden = drawn;
  }

  /** @param {boolean} taken */
  #decide(taken) {
    this.#taken = taken;
    this.#say(taken ? "trimTaken" : "trimLeft", "trimChange");
    this.#fold();
    announce(say(taken ? "trimTaken" : "trimLeft"));
    this.#button("look").focus();
  }

  #fold() {
    this.#shown.hidden = true;
    this.#button("look").hidden = false;
    for (const name of ["pictures", "unseen"]) {
      find(`[data-trim-${name}]`, HTMLElement, this.#element).hidden = true;
    }
    this.#canvases.forEach(wipe);
  }

  /** @param {string} sentence @param {string} button */
  #say(sentence, button) {
    find("[data-trim-says]", HTMLElement, this.#element).textContent = say(sentence);
    this.#button("look").textContent = say(button);
  }

  get #shown() {
    return find("[data-trim-shown]", HTMLElement, this.#element);
  }

  get #canvases() {
    return [...this.#element.querySelectorAll("canvas")];
  }

  /** @param {"look" | "yes" | "no"} what */
  #button(what) {
    return find(`[data-trim-${what}]`, HTMLButtonElement, this.#element);
  }
}
