// One file in the list: what it is, how far it is, what can be done.

import { find } from "./page.js";
import { draw, wipe } from "./preview.js";
import { TrimOffer } from "./trim.js";
import { bytes, problem, say } from "./words.js";

/** @typedef {{signal: string, value: string, quality: number | null, variant: string}} Claim */
/** @typedef {{left: number, top: number, right: number, bottom: number}} Box shares of the picture as displayed */
/** @typedef {{box: Box, claim: Claim}} Trim */
/** @typedef {{kind: "photo" | "video", claims: Claim[], trim?: Trim}} Result */
/** @typedef {"waiting" | "working" | "ready" | "wrong"} State */

const WORTH_TRYING_AGAIN = new Set(["technical", "cancelled", "offline"]);
/** A file as large as this takes a while, whatever it is. */
const LONG_BYTES = 50e6;
/** So few pixels are blurred already, and no more of them are kept. */
const BLURRED_SIDE = 24;

export class Row {
  /** @type {State} */ state = "waiting";
  /** @type {Result | null} */ result = null;
  /** What this row would be, were the row gone that has the same file. @type {{twin: Row, result: Result} | null} */ waits = null;
  stop = new AbortController();
  name = "";
  file;
  element;
  #says;
  #bar;
  #seen;
  #offer;
  #previewed;

  /**
   * @param {File} file
   * @param {{remove: (row: Row) => void, retry: (row: Row) => void, stop: (row: Row) => void}} does
   * @param {boolean} previewed whether a small picture of it is drawn
   */
  constructor(file, does, previewed) {
    this.file = file;
    this.#previewed = previewed;
    const template = find("#row", HTMLTemplateElement);
    const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.element = find("li", HTMLElement, copy);
    this.#says = find("[data-says]", HTMLElement, copy);
    this.#bar = find("progress", HTMLProgressElement, copy);
    this.#seen = find("[data-seen]", HTMLCanvasElement, copy);
    this.#offer = new TrimOffer(find("[data-trim]", HTMLElement, copy), file);
    find("[data-file]", HTMLElement, copy).textContent = file.name;
    this.button("remove").addEventListener("click", () => does.remove(this));
    this.button("retry").addEventListener("click", () => does.retry(this));
    this.button("stop").addEventListener("click", () => does.stop(this));
    this.wait();
  }

  /** What it most likely is, until the hasher has looked. @returns {"photo" | "video"} */
  get kind() {
    return this.result?.kind ?? (this.file.type.startsWith("video/") ? "video" : "photo");
  }

  /** What is sent of it. @returns {Claim[]} */
  get claims() {
    // What the hasher merely offers, such as a trimmed picture's hash, is not sent unasked.
    return [...(this.result?.claims ?? []), ...this.#offer.claims];
  }

  /** @param {"remove" | "retry" | "stop"} what */
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
    this.button("stop").setAttribute("aria-label", say("stopWhat", { what }));
    this.#offer.label(this.name);
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
    const size = this.file.size;
    const values = { done: bytes(share * size, size), all: bytes(size, size) };
    this.#become("working", this.#isLong ? say("workingBytes", values) : say("working"));
    this.#bar.value = share;
  }

  /** Draw a small, blurred picture of it, or take it away. @param {boolean} on */
  preview(on) {
    this.#previewed = on;
    this.#seen.hidden = true;
    wipe(this.#seen);
    const { result } = this;
    if (!on || result?.kind !== "photo") return;
    const wanted = () => this.#previewed && this.result === result && !this.stop.signal.aborted;
    draw(this.file, [{ canvas: this.#seen, side: BLURRED_SIDE }], wanted).then((drawn) => {
      if (wanted()) this.#seen.hidden = !drawn;
    });
  }

  /** @param {Result} result */
  ready(result) {
    this.result = result;
    this.#become("ready", say("ready"));
    this.#offer.show(result.trim ?? null);
    this.preview(this.#previewed);
  }

  /** @param {string} code of a HashError */
  fail(code) {
    this.refuse(problem(code));
    this.button("retry").hidden = !WORTH_TRYING_AGAIN.has(code);
  }

  /** The same file again: it waits until its twin goes. @param {Row} twin @param {Result} result */
  repeat(twin, result) {
    this.refuse(say("duplicate", { other: twin.name }));
    this.element.classList.add("row--twin");
    this.waits = { twin, result };
  }

  /** @param {string} message */
  refuse(message) {
    this.result = null;
    this.#become("wrong", message);
    this.#offer.show(null);
    this.preview(this.#previewed);
  }

  get #isLong() {
    return this.kind === "video" || this.file.size > LONG_BYTES;
  }

  /** @param {State} state @param {string} says */
  #become(state, says) {
    this.state = state;
    this.waits = null;
    this.#says.textContent = says;
    this.element.className = `row row--${state}`;
    this.#bar.hidden = state !== "working";
    this.button("retry").hidden = true;
    this.button("stop").hidden = state !== "working" || !this.#isLong;
  }
}
