// One step of the case page at a time. Each is an entry in the history, so that Back goes one
// step back instead of losing everything.

import { find } from "./page.js";

export class Steps {
  current;
  #names;
  #changed;
  #held;
  #locked = false;

  /**
   * @param {string[]} names in order; the page has a [data-step=name] for each
   * @param {(name: string) => void} changed called before a step is shown
   * @param {() => boolean} held whether this step can't be left now
   */
  constructor(names, changed, held) {
    this.current = names[0];
    this.#names = names;
    this.#changed = changed;
    this.#held = held;
    history.replaceState({ step: this.current }, "");
    addEventListener("popstate", (event) => {
      const step = event.state?.step;
      if (this.#locked || !names.includes(step)) return;
      if (this.#held()) history.pushState({ step: this.current }, "");
      else this.#show(step);
    });
  }

  /** @param {string} name */
  go(name) {
    if (this.#held()) return;
    if (name !== this.current) history.pushState({ step: name }, "");
    this.#show(name);
  }

  /** Go there for good: what came before can't be reached any more. @param {string} name */
  finish(name) {
    this.#locked = true;
    history.replaceState({ step: name }, "");
    this.#show(name);
  }

  /** @param {string} name */
  #show(name) {
    this.current = name;
    this.#changed(name);
    for (const other of this.#names) this.#section(other).hidden = other !== name;
    const title = find("h1", HTMLElement, this.#section(name));
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    scrollTo({ top: 0 });
  }

  /** @param {string} name */
  #section(name) {
    return find(`[data-step="${name}"]`, HTMLElement);
  }
}
