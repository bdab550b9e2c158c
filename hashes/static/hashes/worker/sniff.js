/** What a file is, by its first bytes; its name says nothing. */

/** @typedef {"jpeg" | "png" | "webp" | "heic" | "avif" | "video"} Format */

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
  if (startsWith(head, [0xff, 0xd8, 0xff])) return "jpeg";
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (text(head, 0, 4) === "RIFF" && text(head, 8, 4) === "WEBP") return "webp";
  if (text(head, 4, 4) === "ftyp") return sniffBrands(head);
  if (isVideo(head)) return "video";
  return null;
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

/** @param {Uint8Array} head */
function isVideo(head) {
  const box = text(head, 4, 4);
  if (QUICKTIME_ATOMS.has(box)) return true;
  if (startsWith(head, [0x1a, 0x45, 0xdf, 0xa3])) return true; // EBML: Matroska and WebM
  if (text(head, 0, 4) === "RIFF" && text(head, 8, 4) === "AVI ") return true;
  return startsWith(head, [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]); // ASF: WMV
}

/** @param {string} brand */
function isVideoBrand(brand) {
  return VIDEO_BRANDS.has(brand) || brand.startsWith("3g") || brand.startsWith("mp4");
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
 * @param {number[]} magic
 */
function startsWith(bytes, magic) {
  return magic.every((value, index) => bytes[index] === value);
}
