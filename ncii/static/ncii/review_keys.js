// @ts-check
// The review queue by keyboard. A key only chooses a step and goes to its reason, ticks the other
// items, or follows a link or button that is on the page; nothing is decided before it is sent.
//
// Single keys can be switched off and are dead in fields (WCAG 2.1.4). A screen reader that reads
// the page takes single keys for itself and passes none on, so there the two never meet.

const SWITCH = "review-keys-off";
/** @type {Record<string, string>} */
const STEPS = { k: "keep", s: "suspend", n: "note", h: "hold", p: "put back", u: "undo" };

const list = document.querySelector("[data-keys]");
const box = document.querySelector("[data-keys-on]");
const together = document.querySelector('input[name="together"]');
const reason = document.querySelector('textarea[name="reason"]');

/** @param {EventTarget | null} target */
function isField(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox"].includes(target.type);
  return target.matches("textarea, select") || target.isContentEditable;
}

/** @param {string} key */
function act(key) {
  const named = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (named instanceof HTMLElement) {
    named.click();
    return true;
  }
  if (key === "a" && together instanceof HTMLInputElement) {
    together.click();
    return true;
  }
  const step = STEPS[key];
  const radio = step && document.querySelector(`input[name="step"][value="${step}"]`);
  if (!(radio instanceof HTMLInputElement)) return false;
  radio.checked = true;
  if (reason instanceof HTMLElement) reason.focus();
  return true;
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  if (event.key === "Enter" && event.ctrlKey && event.target === reason) {
    event.preventDefault();
    if (reason instanceof HTMLTextAreaElement) reason.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || isField(event.target)) return;
  if (box instanceof HTMLInputElement && !box.checked) return;
  if (act(event.key.toLowerCase())) event.preventDefault();
}

if (list instanceof HTMLElement && box instanceof HTMLInputElement) {
  list.hidden = false;
  box.checked = localStorage.getItem(SWITCH) === null;
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(SWITCH);
    else localStorage.setItem(SWITCH, "1");
  });
  document.addEventListener("keydown", onKey);
}
