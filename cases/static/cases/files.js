// The chosen files: each is hashed on this device, and only the hashes are ever handed on.

import { Hasher, HashError } from "../hashes/hasher.js";
import { announce } from "./page.js";
import { Row } from "./row.js";
import { count, say } from "./words.js";

export class Files {
  /** @type {Row[]} */ rows = [];
  #hasher = new Hasher();
  #list;
  #max;
  #changed;
  #previewed = false;

  /**
   * @param {HTMLElement} list
   * @param {number} max
   * @param {() => void} changed called whenever a row came, went or changed
   */
  constructor(list, max, changed) {
    this.#list = list;
    this.#max = max;
    this.#changed = changed;
  }

  get ready() {
    return this.rows.filter((row) => row.state === "ready");
  }

  get wrong() {
    return this.rows.filter((row) => row.state === "wrong");
  }

  get busy() {
    return this.rows.some((row) => row.state === "waiting" || row.state === "working");
  }

  /**
   * @param {Iterable<File>} files
   * @returns {number} how many found no room in this case
   */
  add(files) {
    let left = 0;
    for (const file of files) {
      if (this.rows.length - this.wrong.length >= this.#max) {
        left += 1;
        continue;
      }
      const does = {
        /** @param {Row} r */ remove: (r) => this.remove(r),
        /** @param {Row} r */ retry: (r) => this.retry(r),
        /** @param {Row} r */ stop: (r) => this.stop(r),
      };
      const row = new Row(file, does, this.#previewed);
      this.rows.push(row);
      this.#list.append(row.element);
      this.#hash(row);
    }
    this.relabel();
    return left;
  }

  /** @param {Row} row */
  remove(row) {
    row.stop.abort();
    const place = this.rows.indexOf(row);
    this.rows.splice(place, 1);
    row.element.remove();
    this.#inherit(row);
    announce(say("removed", { what: row.name }));
    this.relabel();
    const next = this.rows[Math.min(place, this.rows.length - 1)];
    (next?.button("remove") ?? document.getElementById("files"))?.focus();
  }

  /** @param {Row} row */
  retry(row) {
    row.wait();
    this.relabel();
    row.button("remove").focus();
    this.#hash(row);
  }

  /** @param {Row} row */
  stop(row) {
    row.stop.abort();
    row.fail("cancelled");
    this.relabel();
    row.button("retry").focus();
  }

  /** @param {boolean} on whether small pictures are drawn */
  preview(on) {
    this.#previewed = on;
    for (const row of this.rows) row.preview(on);
  }

  /** Fetch everything that any file may need. @param {(share: number) => void} onProgress */
  prepareOffline(onProgress) {
    return this.#hasher.prepareOffline(onProgress);
  }

  /** @returns {{kind: string, claims: import("./row.js").Claim[]}[]} what is sent, in the order of the list */
  results() {
    return this.ready.map(({ kind, claims }) => ({ kind, claims }));
  }

  /** Number the files that will be sent, so that the status page later calls them the same. */
  relabel() {
    let number = 0;
    for (const row of this.rows) row.label(row.state === "wrong" ? 0 : ++number);
    for (const row of this.rows) if (row.waits) row.repeat(row.waits.twin, row.waits.result);
    this.#changed();
  }

  /** @returns {string} how many are ready, how many can't be used */
  summary() {
    const parts = [];
    if (this.ready.length) parts.push(count("ready", this.ready.length));
    if (this.wrong.length) parts.push(count("wrong", this.wrong.length));
    return parts.join(" ");
  }

  close() {
    this.preview(false);
    this.#hasher.close();
  }

  /** @param {Row} row */
  async #hash(row) {
    const { signal } = row.stop;
    try {
      /** @param {number} share */
      const onProgress = (share) => signal.aborted || row.progress(share);
      /** @param {number} share */
      const onLoading = (share) => signal.aborted || row.loading(share);
      const result = await this.#hasher.hash(row.file, { onProgress, onLoading, signal });
      if (signal.aborted) return;
      const twin = this.#twin(result);
      if (twin) row.repeat(twin, result);
      else row.ready(result);
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof HashError ? error.code : "technical";
      // Without a network, what fails is most likely the fetching of a decoder.
      row.fail(code === "technical" && !navigator.onLine ? "offline" : code);
    }
    this.relabel();
    if (!this.busy) announce(this.summary());
  }

  /** The same file, chosen again, takes the place of one that is removed. @param {Row} gone */
  #inherit(gone) {
    const [heir, ...others] = this.rows.filter((row) => row.waits?.twin === gone);
    if (heir?.waits) heir.ready(heir.waits.result);
    for (const row of others) if (row.waits) row.repeat(heir, row.waits.result);
  }

  /** @param {import("./row.js").Result} result */
  #twin(result) {
    const [{ signal, value }] = result.claims;
    return this.ready.find(({ result: other }) => {
      const primary = other?.claims[0];
      return primary?.signal === signal && primary.value === value;
    });
  }
}
