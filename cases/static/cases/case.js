// The case page: files, PIN, check and send, done. Nothing is sent before "Send".

import { showDone } from "./done.js";
import { Files } from "./files.js";
import { takeIncoming } from "./incoming.js";
import { offerOffline, whenOnline } from "./offline.js";
import { announce, find } from "./page.js";
import { pinProblem, plainPin, randomPin } from "./pin.js";
import { NotSent, Refused, send } from "./send.js";
import { Steps } from "./steps.js";
import { count, say } from "./words.js";
import { clearWrongs, showWrongs } from "./wrongs.js";

const STEP_OF_FIELD = { files: "files", pin: "pin", email: "check", token: "check" };

const form = find("#case", HTMLFormElement);
const picker = find("#files", HTMLInputElement);
const pin = find("#pin", HTMLInputElement);
const again = find("#pin-again", HTMLInputElement);
const showPin = find("#show-pin", HTMLInputElement);
const email = find("#email", HTMLInputElement);
const sendButton = find("#send", HTMLButtonElement);
const max = Number(form.dataset.max);

const files = new Files(find("[data-rows]", HTMLElement), max, filesChanged);
// What is on its way must be what the person sees: another PIN or file would not be in it.
let onItsWay = false;
const steps = new Steps(
  ["files", "pin", "check", "done"],
  (name) => {
    clearWrongs();
    if (name === "check") fillCheck();
    else waiting.abort();
  },
  () => onItsWay,
);
let sending = false;
let waiting = new AbortController();
let unkept = false;

function filesChanged() {
  find("[data-summary]", HTMLElement).textContent = files.summary();
  find("[data-chosen]", HTMLElement).hidden = files.rows.length === 0;
}

/** @param {Iterable<File>} chosen */
function choose(chosen) {
  clearWrongs();
  const left = files.add(chosen);
  if (left) showWrongs([{ message: say("tooMany", { max, left }), target: "files" }]);
}

/** @returns {import("./wrongs.js").Wrong | null} */
function filesWrong() {
  if (files.busy) return { message: say("stillWorking"), target: "files" };
  return files.ready.length ? null : { message: say("noneReady"), target: "files" };
}

/** @returns {import("./wrongs.js").Wrong | null} */
function pinWrong() {
  const why = pinProblem(plainPin(pin.value));
  if (why) return { message: say(why === "shape" ? "pinShape" : "pinTrivial"), target: "pin" };
  if (showPin.checked || plainPin(pin.value) === plainPin(again.value)) return null;
  return { message: say("pinDiffers"), target: "pin-again" };
}

/** @returns {import("./wrongs.js").Wrong | null} */
function emailWrong() {
  return email.checkValidity() ? null : { message: say("emailShape"), target: "email" };
}

/** @param {string} name @param {import("./wrongs.js").Wrong | null} wrong */
function goUnless(name, wrong) {
  if (wrong) showWrongs([wrong]);
  else steps.go(name);
}

function pinShown() {
  pin.classList.toggle("input--masked", !showPin.checked);
  find("[data-again]", HTMLElement).hidden = showPin.checked;
}

function fillCheck() {
  const items = files.ready.map((row) => {
    const item = document.createElement("li");
    item.textContent = row.name;
    return item;
  });
  find("[data-check-files]", HTMLElement).replaceChildren(...items);
  const left = files.wrong.length;
  find("[data-check-wrong]", HTMLElement).textContent = left ? count("wrong", left) : "";
}

/** @param {boolean} on */
function nowSending(on) {
  sending = on;
  sendButton.setAttribute("aria-disabled", String(on));
  sendButton.textContent = say(on ? "sending" : "send");
  if (on) announce(say("sending"));
  else find("[data-waiting]", HTMLElement).hidden = true;
}

function nowWaiting() {
  sendButton.textContent = say("waitingToSend");
  find("[data-waiting]", HTMLElement).hidden = false;
  announce(find("[data-waiting] p", HTMLElement).textContent ?? "");
}

async function sendCase() {
  const wrong = emailWrong();
  if (wrong) showWrongs([wrong]);
  if (wrong || sending) return;
  nowSending(true);
  clearWrongs();
  waiting = new AbortController();
  const { signal } = waiting;
  /** @param {unknown} error */
  const failedForNetwork = (error) => error instanceof NotSent && error.key === "notSent";
  try {
    const attempt = async () => {
      onItsWay = true;
      try {
        return await send(form.action, fields(), () => announce(say("proving")));
      } finally {
        onItsWay = false;
      }
    };
    showOpened(await whenOnline(attempt, { failedForNetwork, onWaiting: nowWaiting, signal }));
  } catch (error) {
    if (signal.aborted) announce(say("notWaiting"));
    else if (error instanceof Refused) showRefusal(error);
    else showWrongs([{ message: say(error instanceof NotSent ? error.key : "failed"), target: "send" }]);
  } finally {
    nowSending(false);
  }
}

/** @returns {Record<string, string>} */
function fields() {
  const hidden = new FormData(form);
  return {
    csrfmiddlewaretoken: String(hidden.get("csrfmiddlewaretoken")),
    token: String(hidden.get("token")),
    pin: plainPin(pin.value),
    email: email.value.trim(),
    files: JSON.stringify(files.results()),
  };
}

/** @param {import("./send.js").Opened} opened */
function showOpened(opened) {
  unkept = true;
  showDone(opened, plainPin(pin.value), () => {
    unkept = false;
  });
  steps.finish("done");
  files.close();
}

/** @param {Refused} refused */
function showRefusal({ errors }) {
  const sent = files.ready;
  const wrongs = Object.entries(errors).flatMap(([field, problems]) =>
    problems.map(({ message, position }) => {
      const row = field === "files" && position ? sent[position - 1] : null;
      const target = ["files", "pin", "email"].includes(field) ? field : "send";
      const said = row ? `${row.name}: ${message}` : message;
      row?.refuse(message);
      return { message: said, target };
    }),
  );
  files.relabel();
  const [, step] = Object.entries(STEP_OF_FIELD).find(([field]) => field in errors) ?? [];
  steps.go(step ?? "check");
  showWrongs(wrongs);
}

picker.addEventListener("change", () => {
  choose(picker.files ?? []);
  picker.value = "";
});
takeIncoming(find("[data-picker]", HTMLElement), () => steps.current === "files", choose);
offerOffline((onProgress) => files.prepareOffline(onProgress));
const previews = find("#previews", HTMLInputElement);
previews.addEventListener("change", () => files.preview(previews.checked));
find("[data-stop-waiting]", HTMLButtonElement).addEventListener("click", () => {
  waiting.abort();
  sendButton.focus();
});
showPin.addEventListener("change", pinShown);
find("[data-random]", HTMLButtonElement).addEventListener("click", () => {
  pin.value = again.value = randomPin();
  showPin.checked = true;
  pinShown();
  clearWrongs();
  pin.focus();
});
for (const button of document.querySelectorAll("[data-go]")) {
  button.addEventListener("click", () => steps.go(button.getAttribute("data-go") ?? "files"));
}
find("[data-next]", HTMLButtonElement).addEventListener("click", () => goUnless("pin", filesWrong()));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (steps.current === "pin") goUnless("check", pinWrong());
  else if (steps.current === "check") sendCase();
});
addEventListener("beforeunload", (event) => {
  const atRisk = steps.current === "done" ? unkept : files.rows.length > 0;
  if (atRisk && !document.documentElement.classList.contains("gone")) event.preventDefault();
});

/** Some browsers run scripts but no WebAssembly, for instance in a lockdown mode. */
const able = typeof WebAssembly === "object" && typeof Worker === "function";
find("[data-needs-script]", HTMLElement).remove();
find("[data-cannot]", HTMLElement).hidden = able;
form.hidden = !able;
