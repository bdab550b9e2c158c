/**
 * Workers kept in hand for the time without a network: one that is ended then (a video was stopped, a decoder failed) could not be
 * fetched again. An address made of a blob would need no network, but its worker would have the page's policy, which allows one.
 */

/** The common worker reads the videos, which are what is stopped half-way. */
const KEPT = { common: 3, heif: 1, magick: 1 };

/** @type {Map<string, Worker[]>} */
const spares = new Map();

/**
 * A classic worker of one piece: engines without module workers have it too.
 * @param {string} kind
 */
export function newWorker(kind) {
  return new Worker(new URL(`./vendor/${kind}-worker.js`, import.meta.url));
}

/** @param {string} kind */
export function workerForUse(kind) {
  const spare = navigator.onLine ? undefined : spares.get(kind)?.pop();
  return spare ?? newWorker(kind);
}

/** @returns {Worker[]} those that have been added: they may not have arrived yet */
export function keepSpares() {
  return Object.entries(KEPT).flatMap(([kind, wanted]) => {
    const kept = spares.get(kind) ?? [];
    const added = Array.from({ length: wanted - kept.length }, () => newWorker(kind));
    spares.set(kind, [...kept, ...added]);
    return added;
  });
}

export function endSpares() {
  for (const kept of spares.values()) kept.forEach((worker) => worker.terminate());
  spares.clear();
}
