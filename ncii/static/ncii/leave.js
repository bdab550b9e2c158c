// Leaving at once. A classic script in the head, so that it works before the page has finished.
// Without scripts the same link goes to our server, which ends the session and sends on.
(function () {
  "use strict";

  const LEFT = "left";
  const PRESSES = 3;
  const PAUSE_MS = 2000;
  const root = document.documentElement;
  root.classList.add("js");

  /** @param {string | null} value where the person went, null to forget */
  function remember(value) {
    try {
      if (value) sessionStorage.setItem(LEFT, value);
      else sessionStorage.removeItem(LEFT);
    } catch {
      // Storage may be off: then Back meets a server that has forgotten the session.
    }
  }

  /** @returns {string} */
  function remembered() {
    try {
      return sessionStorage.getItem(LEFT) ?? "";
    } catch {
      return "";
    }
  }

  function leave() {
    /** @type {HTMLAnchorElement | null} */
    const link = document.querySelector("a[data-leave]");
    const to = link?.dataset.to;
    if (!link || !to) return;
    root.classList.add("gone");
    document.title = "";
    remember(to);
    fetch(link.href, { keepalive: true, redirect: "manual" }).catch(() => {});
    location.replace(to);
  }

  // Back, after leaving, must show nothing; an address typed anew is a wish to be here.
  const [entry] = performance.getEntriesByType("navigation");
  const cameBack = entry instanceof PerformanceNavigationTiming && entry.type === "back_forward";
  if (remembered() && cameBack) {
    root.classList.add("gone");
    location.replace(remembered());
    return;
  }
  remember(null);

  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    if (remembered()) location.replace(remembered());
    else location.reload();
  });

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("a[data-leave]"))) return;
    event.preventDefault();
    leave();
  });

  let presses = 0;
  let last = 0;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.repeat) return;
      if (event.key !== "Escape") {
        presses = 0;
        return;
      }
      presses = event.timeStamp - last < PAUSE_MS ? presses + 1 : 1;
      last = event.timeStamp;
      if (presses >= PRESSES) leave();
    },
    true,
  );
})();
