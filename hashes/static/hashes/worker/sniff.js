/** What a file is, by its first bytes; its name says nothing. */

/**
 * @typedef {"jpeg" | "png" | "webp" | "gif" | "heic" | "avif" | "bmp" | "dicom" | "ico" | "miff" | "pcx" | "psd" | "tga" | "tiff"
 *   | "xcf" | "xpm" | "video"} Format
 */

/** @type {[Format, number, number[] | string][]} format, place, bytes */
const MAGIC = [
  ["jpeg", 0, [0xff, 0xd8, 0xff]],
  ["png", 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["gif", 0, "GIF87a"],
  ["gif", 0, "GIF89a"],
  ["tiff", 0, "II*\0"],
  ["tiff", 0, "MM\0*"],
  ["tiff", 0, "II+\0"],
  ["tiff", 0, "MM\0+"],
  ["psd", 0, "8BPS"],
  ["xcf", 0, "gimp xcf"],
  ["miff", 0, "id=ImageMagick"],
  ["dicom", 128, "DICM"],
  ["xpm", 0, "/* XPM"],
  ["ico", 0, [0, 0, 1, 0]],
  ["video", 0, [0x1a, 0x45, 0xdf, 0xa3]], // EBML: Matroska and WebM
  ["video", 0, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]], // ASF: WMV
];
const VIDEO_BRANDS = new Set([
  "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "mp71", "avc1", "dash", "qt  ",
  "M4V ", "M4VH", "M4VP", "MSNV", "NDSC", "NDSH", "NDSM", "NDSP", "NDSS", "NDXC", "NDXH", "NDXM", "NDXP", "NDXS",
  "F4V ", "f4v ", "mmp4", "MSDH", "XAVC", "cmfc", "hvc1", "hev1", "av01", "niko", "CAEP", "pana",
]);
/** @type {Map<string, Format>} */
const PICTURE_BRANDS = new Map([
  ["avif", "avif"], ["avis", "avif"],
  ["heic", "heic"], ["heix", "heic"], ["hevc", "heic"], ["hevx", "heic"], ["heim", "heic"], ["heis", "heic"],
]);
/** Brands that say "a picture of the HEIF family" and leave the codec to the compatible brands. */
const FAMILY_BRANDS = new Set(["mif1", "msf1", "mif2", "miaf"]);
const QUICKTIME_ATOMS = new Set(["moov", "mdat", "wide", "free", "skip", "pnot"]);

/**
 * @param {Uint8Array} head the first bytes of the file, up to 4096
 * @returns {Format | null} null when it is nothing that we know
 */
export function sniff(head) {
  for (const [format, at, magic] of MAGIC) {
    if (typeof magic === "string" ? text(head, at, magic.length) === magic : holds(head, at, magic)) return format;
  }
  const box = text(head, 4, 4);
  if (box === "ftyp") return sniffBrands(head);
  if (QUICKTIME_ATOMS.has(box)) return "video";
  if (text(head, 0, 4) === "RIFF") return sniffRiff(text(head, 8, 4));
  return sniffHeader(head);
}

/**
 * ISO/IEC 14496-12, file type box.
 * @param {Uint8Array} head
 * @returns {Format | null}
 */
function sniffBrands(head) {
  const major = text(head, 8, 4);
  const picture = PICTURE_BRANDS.get(major);
  if (picture) return picture;
  if (!FAMILY_BRANDS.has(major)) return isVideoBrand(major) ? "video" : null;
  const end = Math.min(head.length, new DataView(head.buffer, head.byteOffset).getUint32(0));
  for (let at = 16; at + 4 <= end; at += 4) {
    const compatible = PICTURE_BRANDS.get(text(head, at, 4));
    if (compatible) return compatible;
  }
  return "heic";
}

/** @param {string} brand */
function isVideoBrand(brand) {
  return VIDEO_BRANDS.has(brand) || brand.startsWith("3g") || brand.startsWith("mp4");
}

/**
 * @param {string} form
 * @returns {Format | null}
 */
function sniffRiff(form) {
  if (form === "WEBP") return "webp";
  return form === "AVI " ? "video" : null;
}

/**
 * Formats with next to no magic are known by a header that makes sense.
 * @param {Uint8Array} head
 * @returns {Format | null}
 */
function sniffHeader(head) {
  if (head.length < 18) return null;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (text(head, 0, 2) === "BM" && [12, 16, 40, 52, 56, 64, 108, 124].includes(view.getUint32(14, true))) return "bmp";
  if (head[0] === 10 && head[1] <= 5 && head[2] <= 1 && [1, 2, 4, 8].includes(head[3])) return "pcx";
  return isTga(head, view) ? "tga" : null;
}

/**
 * Truevision TGA specification 2.0, fields 2 to 5.
 * @param {Uint8Array} head
 * @param {DataView} view
 */
function isTga(head, view) {
  const mapped = head[1] === 1;
  const kind = head[2] & 7;
  if (head[1] > 1 || ![1, 2, 3, 9, 10, 11].includes(head[2])) return false;
  if (mapped !== (kind === 1) && !(mapped && kind === 2)) return false;
  if (mapped ? ![15, 16, 24, 32].includes(head[7]) : head[7] !== 0) return false;
  const sensible = view.getUint16(12, true) > 0 && view.getUint16(14, true) > 0;
  return sensible && (head[17] & 0xc0) === 0 && [8, 15, 16, 24, 32].includes(head[16]);
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number} length
 * @returns {string} Latin-1 text, shorter where the bytes end
 */
export function text(bytes, at, length) {
  return String.fromCharCode(...bytes.subarray(at, at + length));
}

/**
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {number[]} magic
 */
function holds(bytes, at, magic) {
  return magic.every((value, index) => bytes[at + index] === value);
}
