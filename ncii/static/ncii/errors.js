// The error summary takes the focus as the page opens, and its links lead into the field.

/** @param {Element | null} summary */
export function focusSummary(summary) {
  if (!(summary instanceof HTMLElement)) return;
  summary.focus();
  summary.scrollIntoView({ block: "start" });
}

focusSummary(document.querySelector("[data-wrongs]:not([hidden])"));
