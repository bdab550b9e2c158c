// A page with a case on it closes by itself when nobody uses it; two minutes before, it asks.

const WARNING_MS = 120_000;
const found = document.querySelector("dialog[data-timeout]");
if (found instanceof HTMLDialogElement) watch(found);

/** @param {HTMLDialogElement} dialog says in data-seconds how long the session lives unused */
function watch(dialog) {
  const { seconds, stay = "", end = "" } = dialog.dataset;
  const age = Number(seconds) * 1000;
  let last = Date.now();
  /** From the question until its answer has reached the server. */
  let asking = false;

  /** A sleeping device stops timers, so what counts is the time that has passed. */
  function look() {
    const unused = Date.now() - last;
    if (unused >= age) close();
    else if (unused >= age - WARNING_MS && !asking) {
      asking = true;
      dialog.showModal();
    }
  }

  /** Whoever has left is not called back, and a slow line is not asked again each second. */
  function close() {
    const { classList } = document.documentElement;
    if (classList.contains("gone")) return;
    classList.add("gone");
    location.replace(end);
  }

  dialog.addEventListener("close", async () => {
    const asked = Date.now();
    const answer = await fetch(stay, { method: "HEAD", redirect: "manual" }).catch(() => null);
    asking = false;
    if (answer?.ok) last = asked;
    else close();
  });
  setInterval(look, 1000);
  document.addEventListener("visibilitychange", look);
}
