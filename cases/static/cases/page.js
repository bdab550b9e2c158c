// Small ways to reach into the page.

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} kind the element's class, checked
 * @param {ParentNode} [within]
 * @returns {T}
 */
export function find(selector, kind, within = document) {
  const found = within.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`The page has no ${selector}`);
  return found;
}

/** Say something to a screen reader, without moving the focus. @param {string} text */
export function announce(text) {
  find("[data-status]", HTMLElement).textContent = text;
}
