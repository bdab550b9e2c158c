// Sending the case: hashes, PIN, and the e-mail address if there is one. Url-encoded text; never a file.

import { proofOf } from "./work.js";

const PATIENCE_MS = 60_000;
/** How often work may be asked for: it may have become more meanwhile, or too old. */
const ROUNDS = 3;

/** @typedef {{message: string, position: number | null}} Problem */
/** @typedef {{number: string, emailSent: boolean | null}} Opened */

/** The server refused: what is wrong, by field. */
export class Refused extends Error {
  /** @param {Record<string, Problem[]>} errors */
  constructor(errors) {
    super("refused");
    this.errors = errors;
  }
}

/** It did not work; `key` is the sentence to say. */
export class NotSent extends Error {
  /** @param {"notSent" | "tooOften" | "tooOld" | "failed"} key */
  constructor(key) {
    super(key);
    this.key = key;
  }
}

/**
 * @param {string} address
 * @param {Record<string, string>} fields
 * @param {() => void} working called when the server asks for proof of work first
 * @returns {Promise<Opened>}
 * @throws {Refused | NotSent}
 */
export async function send(address, fields, working) {
  let response = await post(address, fields);
  for (let round = 0; response.status === 428 && round < ROUNDS; round += 1) {
    const { work } = await json(response);
    working();
    const proof = await proofOf(work).catch(() => {
      throw new NotSent("failed");
    });
    response = await post(address, { ...fields, ...proof });
  }
  if (response.status === 201) {
    const opened = await json(response);
    return { number: opened.case_number, emailSent: opened.email_sent };
  }
  if (response.status === 422) throw new Refused((await json(response)).errors);
  if (response.status === 403) throw new NotSent("tooOld");
  if (response.status === 429) throw new NotSent("tooOften");
  throw new NotSent("failed");
}

/** @param {string} address @param {Record<string, string>} fields */
function post(address, fields) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => {
    throw new NotSent("notSent");
  });
}

/** An answer that broke off is no answer. @param {Response} response */
function json(response) {
  return response.json().catch(() => {
    throw new NotSent("notSent");
  });
}
