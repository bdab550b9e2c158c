/** Orientation, the only thing that is read from a picture's metadata: EXIF 2.32, tag 0x0112. */

const ORIENTATION = 0x0112;

/**
 * @param {Uint8Array} tiff an EXIF block from its "II" or "MM" on
 * @returns {number} 1 to 8; 1 when nothing sensible is said
 */
export function orientationOf(tiff) {
  if (tiff.length < 14) return 1;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const mark = view.getUint16(0);
  if (mark !== 0x4949 && mark !== 0x4d4d) return 1;
  const little = mark === 0x4949;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12;
    if (at + 12 > tiff.length) return 1;
    if (view.getUint16(at, little) === ORIENTATION) {
      const value = view.getUint16(at + 8, little);
      return value >= 1 && value <= 8 ? value : 1;
    }
  }
  return 1;
}
