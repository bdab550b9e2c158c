// One step of the case page at a time. Each is an entry in the history, so that Back goes one
// step back instead of losing everything.

import { find } from "./page.js";

export class Steps {
  current;
  #names;
  #changed;
  #locked = false;

  /**
   * @param {string[]} names in order; the page has a [data-step=name] for each
   * @param {(name: string) => void} changed called before a step is shown
   */
  constructor(names, changed) {
    this.current = names[0];
    this.#names = names;
    this.#changed = changed;
    history.replaceState({ step: this.current }, "");
    addEventListener("popstate", (event) => {
      const step = event.state?.step;
      if (!this.#locked && names.includes(step)) this.#show(step);
    });
  }

  /** @param {string} name */
  go(name) {
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
