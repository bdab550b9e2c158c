import { HashError } from "../errors.js";

/** Above this a decoder would need more memory than a tab gets: 4 bytes a pixel, twice. */
export const MAX_PIXELS = 130e6;
/** A photo's file is read whole; a video's is streamed and has no limit. */
export const MAX_PHOTO_BYTES = 600e6;

/**
 * Refuses a picture by what its header says, before anything is decoded.
 * @param {number} width
 * @param {number} height
 */
export function checkSize(width, height) {
  if (width < 1 || height < 1) throw new HashError("damaged", "a side of no pixels");
  if (width * height > MAX_PIXELS) throw new HashError("too-big", `${width} x ${height}`);
}
