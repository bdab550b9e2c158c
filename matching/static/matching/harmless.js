import { Hasher, HashError } from "../hashes/hasher.js";

/**
 * Writes the hashes of staff's own pictures into the form. A picture goes to the hasher's worker, which has no network; neither it nor
 * its name is part of the form.
 */

/** PDQ's quality below which the bank takes no hash. */
const LEAST_QUALITY = 50;
/** @type {Record<import("../hashes/errors.js").HashErrorCode, string>} */
const WRONGS = {
  empty: "the file is empty",
  unsupported: "no picture or video that is known here",
  damaged: "the file is damaged",
  truncated: "the end of the file is missing",
  "too-big": "too big for this browser",
  "too-plain": "too plain for a hash; the bank takes none of it either",
  cancelled: "cancelled",
  technical: "could not be hashed; try again",
};

const picker = /** @type {HTMLInputElement} */ (document.querySelector("#own-files"));
const state = /** @type {HTMLElement} */ (document.querySelector("#own-state"));
const results = /** @type {HTMLElement} */ (document.querySelector("#own-results"));
const values = /** @type {HTMLTextAreaElement} */ (document.querySelector("#id_values"));
const hasher = new Hasher();

/** @param {File} file @returns {Promise<string>} what to say of it */
async function add(file) {
  try {
    const { claims } = await hasher.hash(file);
    const good = claims.filter(({ quality }) => quality === null || quality >= LEAST_QUALITY);
    if (!good.length) return WRONGS["too-plain"];
    const listed = new Set(values.value.split(/\s+/).filter(Boolean));
    const before = listed.size;
    good.forEach(({ value }) => listed.add(value));
    values.value = [...listed].join("\n");
    return `${listed.size - before} new hashes`;
  } catch (error) {
    return WRONGS[error instanceof HashError ? error.code : "technical"];
  }
}

async function addAll() {
  const files = [...(picker.files ?? [])];
  let done = 0;
  picker.disabled = true;
  results.replaceChildren();
  state.textContent = `Hashing ${files.length} of your files…`;
  await Promise.all(files.map(async (file) => {
    const line = document.createElement("li");
    results.append(line);
    line.textContent = `${file.name}: …`;
    line.textContent = `${file.name}: ${await add(file)}`;
    done += 1;
    if (done < files.length) state.textContent = `${done} of ${files.length} done.`;
  }));
  picker.value = "";
  picker.disabled = false;
  const count = values.value.split(/\s+/).filter(Boolean).length;
  state.textContent = `Done. There are ${count} hashes in the form.`;
}

picker.addEventListener("change", addAll);
/** @type {HTMLElement} */ (picker.closest("[hidden]")).hidden = false;
