import { HashError } from "../errors.js";
import { TiffDirectory } from "./tiff_directory.js";

/** Whether a TIFF's first picture is all there (TIFF 6.0, section 2; BigTIFF): its decoder leaves missing tiles black. */

const STRIP_OFFSETS = 273;
const STRIP_COUNTS = 279;
const TILE_OFFSETS = 324;
const TILE_COUNTS = 325;

/**
 * @param {Uint8Array} bytes
 * @throws {HashError} truncated
 */
export function checkTiff(bytes) {
  const directory = new TiffDirectory(bytes);
  const [offsets, counts] = directory.entries.has(TILE_OFFSETS) ? [TILE_OFFSETS, TILE_COUNTS] : [STRIP_OFFSETS, STRIP_COUNTS];
  const lengths = directory.valuesOf(counts);
  directory.valuesOf(offsets).forEach((place, index) => {
    if (place + (lengths[index] ?? 0) > bytes.length) throw new HashError("truncated", "TIFF ends inside its picture");
  });
}
