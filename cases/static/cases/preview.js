// Small pictures for the person's eyes only: drawn on this device, never hashed, never sent.

/**
 * @typedef {object} Drawing
 * @property {HTMLCanvasElement} canvas
 * @property {number} side the longer side of what is drawn, in pixels: no finer picture is kept than this
 * @property {import("./row.js").Box} [box] the part that is drawn; all of it without one
 */

const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

/** One after the other: each is decoded whole for a moment, and twenty at once would not fit. */
let queue = Promise.resolve(true);

/**
 * @param {Blob} file which the hasher has read to its end, so that its size is known to be bearable
 * @param {Drawing[]} drawings
 * @param {() => boolean} wanted asked when its turn has come, and again before it is drawn
 * @returns {Promise<boolean>} false where it is wanted no more, or the browser can't show this kind of file
 */
export function draw(file, drawings, wanted) {
  const drawn = queue.then(() => wanted() && paint(file, drawings, wanted));
  queue = drawn;
  return drawn;
}

/** @param {HTMLCanvasElement} canvas */
export function wipe(canvas) {
  canvas.width = canvas.height = 0;
}

/**
 * @param {Blob} file
 * @param {Drawing[]} drawings
 * @param {() => boolean} wanted
 */
async function paint(file, drawings, wanted) {
  try {
    const bitmap = await createImageBitmap(file);
    const go = wanted();
    if (go) for (const drawing of drawings) paintOne(bitmap, drawing);
    bitmap.close();
    return go;
  } catch {
    return false;
  }
}

/** @param {ImageBitmap} bitmap @param {Drawing} drawing */
function paintOne(bitmap, { canvas, side, box = WHOLE }) {
  const width = (box.right - box.left) * bitmap.width;
  const height = (box.bottom - box.top) * bitmap.height;
  const scale = side / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("no canvas");
  paint.imageSmoothingQuality = "high";
  paint.drawImage(
    bitmap, box.left * bitmap.width, box.top * bitmap.height, width, height, 0, 0, canvas.width, canvas.height,
  );
}
