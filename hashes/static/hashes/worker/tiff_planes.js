import { HashError } from "../errors.js";
import { TiffDirectory } from "./tiff_directory.js";

/** TIFF whose samples lie in planes (TIFF 6.0, section 8, PlanarConfiguration), as its decoder misreads them: of grey and of palettes. */

const PHOTOMETRIC = 262;
const SAMPLES = 277;
const PLANAR = 284;
const TOGETHER = 1;
const IN_PLANES = 2;
/** White is zero, black is zero, palette. */
const ONE_SAMPLE = [0, 1, 3];

/**
 * One plane is the same as none.
 * @param {Uint8Array} bytes changed in place
 * @throws {HashError} unsupported
 */
export function joinPlanes(bytes) {
  const directory = new TiffDirectory(bytes);
  if (directory.valueOf(PLANAR) !== IN_PLANES) return;
  if ((directory.valueOf(SAMPLES) ?? 1) === 1) directory.change(PLANAR, TOGETHER);
  else if (ONE_SAMPLE.includes(directory.valueOf(PHOTOMETRIC) ?? 0)) throw new HashError("unsupported", "TIFF of grey and alpha in planes");
}
