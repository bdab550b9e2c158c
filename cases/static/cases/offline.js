// Without a network: everything that hashing may need is fetched when the person asks for it, and
// what is to be sent waits until there is a network again.

import { announce, find } from "./page.js";
import { say } from "./words.js";

/** A network that has just come back may need a moment until it carries anything. */
const MOMENT_MS = 2000;
const TRIES = 4;

/** @param {(onProgress: (share: number) => void) => Promise<void>} prepare fetches what is missing */
export function offerOffline(prepare) {
  const button = find("[data-get-ready]", HTMLButtonElement);
  const bar = find("[data-ready-bar]", HTMLProgressElement);
  const says = find("[data-ready-says]", HTMLElement);
  let busy = false;

  /** @param {string} key */
  function tell(key) {
    says.textContent = say(key);
    announce(say(key));
  }

  button.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    bar.hidden = false;
    tell("gettingReady");
    try {
      await prepare((share) => (bar.value = share));
      tell("canGoOffline");
      says.focus();
      button.hidden = true;
    } catch {
      tell("notReady");
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
      bar.hidden = true;
    }
  });

  const line = find("[data-connection]", HTMLElement);
  const look = () => (line.hidden = navigator.onLine);
  addEventListener("online", look);
  addEventListener("offline", look);
  look();
}

/**
 * Try again once there is a network, as long as it is for want of one that it fails.
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {{failedForNetwork: (error: unknown) => boolean, onWaiting: () => void, signal: AbortSignal}} options
 *   `onWaiting` is called when it begins to wait; `signal` ends the waiting
 * @returns {Promise<T>}
 * @throws what the attempt throws, or the signal's reason
 */
export async function whenOnline(attempt, { failedForNetwork, onWaiting, signal }) {
  let left = navigator.onLine ? 1 : TRIES;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!failedForNetwork(error)) throw error;
      if (navigator.onLine && --left <= 0) throw error;
    }
    if (navigator.onLine) {
      await pause(signal);
      continue;
    }
    left = TRIES;
    onWaiting();
    await backOnline(signal);
  }
}

/** @param {AbortSignal} signal */
function backOnline(signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    addEventListener("online", resolve, { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    if (navigator.onLine) resolve(null);
  });
}

/** @param {AbortSignal} signal */
function pause(signal) {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    setTimeout(resolve, MOMENT_MS);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
