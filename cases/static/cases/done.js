// The case number, shown once: copy it, print it, save it. All of that happens on this device.

import { announce, find } from "./page.js";
import { copy, save } from "./saving.js";
import { say } from "./words.js";

/**
 * @param {import("./send.js").Opened} opened
 * @param {string} pin
 * @param {() => void} kept called once the person has kept the number somewhere
 */
export function showDone(opened, pin, kept) {
  find("[data-number]", HTMLElement).textContent = opened.number;
  find("[data-mail-sent]", HTMLElement).hidden = opened.emailSent !== true;
  find("[data-mail-failed]", HTMLElement).hidden = opened.emailSent !== false;

  const withPin = find("#with-pin", HTMLInputElement);
  withPin.addEventListener("change", () => {
    find("[data-pin-line]", HTMLElement).hidden = !withPin.checked;
    find("[data-pin]", HTMLElement).textContent = withPin.checked ? pin : "";
  });
  find("[data-copy]", HTMLButtonElement).addEventListener("click", async () => {
    const copied = await copy(opened.number);
    if (copied) kept();
    tell(say(copied ? "copied" : "notCopied"));
  });
  find("[data-print]", HTMLButtonElement).addEventListener("click", () => {
    kept();
    print();
  });
  find("[data-save]", HTMLButtonElement).addEventListener("click", () => {
    save(say("fileName"), "text/plain", `${find("[data-sheet]", HTMLElement).innerText}\n`);
    kept();
    tell(say("saved"));
  });
}

/** @param {string} text */
function tell(text) {
  find("[data-told]", HTMLElement).textContent = text;
  announce(text);
}
