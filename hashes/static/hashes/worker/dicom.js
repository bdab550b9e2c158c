import dicomParser from "dicom-parser";
import { HashError } from "../errors.js";
import { joined } from "./bytes.js";
import { greyOf, rgbOf, shadesOf } from "./dicom_pixels.js";
import { unpackRle } from "./dicom_rle.js";
import { inflate } from "./inflate.js";
import { decodeJpeg } from "./jpeg.js";
import { checkSize, MAX_PHOTO_BYTES } from "./limits.js";

/** The first picture of a DICOM file (PS3.5 and PS3.3, C.7.6.3), through the first window that it names. */

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").NeedModule} NeedModule */
/** @typedef {import("dicom-parser").DataSet} DataSet */
/** @typedef {(bytes: Uint8Array, need: NeedModule) => Promise<Picture>} OtherDecoder */

/**
 * @typedef {object} Header
 * @property {number} width
 * @property {number} height
 * @property {number} samples a pixel
 * @property {number} allocated bits a sample
 * @property {number} stored bits a sample
 * @property {boolean} signed
 * @property {boolean} planar
 * @property {string} photometric
 */

const PIXELS = "x7fe00010";
/** The last one's data set has been inflated when it is looked at. */
const LITTLE = new Set(["1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"]);
const BIG = "1.2.840.10008.1.2.2";
const RLE = "1.2.840.10008.1.2.5";
const JPEG_BASELINE = "1.2.840.10008.1.2.4.50";
const JPEG_LS = new Set(["1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"]);
const JPEG_2000 = new Set(["1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91"]);
/** Where a JPEG 2000 codestream says how many bits a sample has (ITU-T T.800, A.5.1: Ssiz of the first component). */
const PRECISION = 42;

/**
 * @param {Uint8Array} bytes
 * @param {NeedModule} need
 * @param {{ whole: OtherDecoder, jpeg2000: OtherDecoder }} others for the file as it is, and for the codestream in it
 * @returns {Promise<Picture | import("./picture.js").Lent>}
 */
export async function decodeDicom(bytes, need, others) {
  const { set, header, syntax } = open(bytes);
  checkSize(header.width, header.height);
  if (JPEG_LS.has(syntax)) throw new HashError("unsupported", "JPEG-LS inside DICOM");
  if (syntax === JPEG_BASELINE) return decodeJpeg(fragments(set), need);
  if (JPEG_2000.has(syntax) && header.samples === 1) return throughWindow(fragments(set), header, set, need, others.jpeg2000);
  const raw = syntax === RLE ? unpackRle(fragments(set), header) : plain(set, header, syntax);
  if (!raw) return others.whole(bytes, need).catch((error) => notKnown(error, syntax));
  const data = header.samples === 3 ? rgbOf(raw, header) : greyOf(raw, header, set);
  return { data, width: header.width, height: header.height, orientation: 1, hasAlpha: false };
}

/**
 * Eight bits of each sample, which is what comes out of the decoder, stand for all of them.
 * @param {Uint8Array} codestream
 * @param {Header} header
 * @param {DataSet} set
 * @param {NeedModule} need
 * @param {OtherDecoder} decode
 * @returns {Promise<Picture>}
 */
async function throughWindow(codestream, header, set, need, decode) {
  const { data, width, height } = await decode(codestream, need);
  const precision = (codestream[PRECISION] & 127) + 1;
  const least = header.signed ? -(2 ** (precision - 1)) : 0;
  const samples = Float64Array.from({ length: width * height }, (_, at) => least + (data[at * 4] * (2 ** precision - 1)) / 255);
  return { data: shadesOf(samples, header, set), width, height, orientation: 1, hasAlpha: false };
}

/**
 * A picture that is all there, and was not understood.
 * @param {unknown} error
 * @param {string} syntax
 * @returns {never}
 */
function notKnown(error, syntax) {
  if (error instanceof HashError && error.code === "damaged") throw new HashError("unsupported", `DICOM ${syntax}: ${error.detail}`);
  throw error;
}

/** @param {Uint8Array} bytes */
function open(bytes) {
  const set = parse(bytes);
  const header = {
    height: set.uint16("x00280010") ?? 0,
    width: set.uint16("x00280011") ?? 0,
    samples: set.uint16("x00280002") ?? 1,
    allocated: set.uint16("x00280100") ?? 8,
    stored: set.uint16("x00280101") ?? 8,
    signed: set.uint16("x00280103") === 1,
    planar: set.uint16("x00280006") === 1,
    photometric: set.string("x00280004") ?? "",
  };
  if (!set.elements[PIXELS]) throw new HashError("damaged", "DICOM without a picture");
  return { set, header, syntax: set.string("x00020010") ?? "" };
}

/**
 * @param {Uint8Array} bytes
 * @returns {DataSet}
 */
function parse(bytes) {
  try {
    return dicomParser.parseDicom(bytes, { inflater });
  } catch (error) {
    if (error instanceof HashError) throw error;
    // dicom-parser throws what is no Error where the bytes end inside an element.
    throw new HashError("truncated", String(/** @type {any} */ (error)?.exception ?? error));
  }
}

/**
 * PS3.5, annex A.5: all that follows the file's meta information is deflated.
 * @param {Uint8Array} bytes
 * @param {number} start of the data set
 * @returns {Uint8Array} the same file, inflated
 */
function inflater(bytes, start) {
  const set = inflate(bytes.subarray(start), MAX_PHOTO_BYTES);
  if (set.length === MAX_PHOTO_BYTES) throw new HashError("too-big", "deflated DICOM");
  return joined([bytes.subarray(0, start), set]);
}

/**
 * The first frame's samples, little-endian; null where they are compressed in some other way.
 * @param {DataSet} set
 * @param {Header} header
 * @param {string} syntax
 */
function plain(set, header, syntax) {
  const { dataOffset, length } = set.elements[PIXELS];
  if (syntax !== BIG && !LITTLE.has(syntax)) return null;
  const wanted = (header.width * header.height * header.samples * header.allocated) / 8;
  if (length < wanted || dataOffset + wanted > set.byteArray.length) throw new HashError("truncated", "DICOM picture is cut off");
  const raw = set.byteArray.slice(dataOffset, dataOffset + wanted);
  if (syntax === BIG && header.allocated === 16) swap(raw);
  return raw;
}

/** @param {Uint8Array} raw 16-bit samples, whose bytes change places */
function swap(raw) {
  for (let at = 0; at + 1 < raw.length; at += 2) [raw[at], raw[at + 1]] = [raw[at + 1], raw[at]];
}

/**
 * The first frame's compressed bytes.
 * @param {DataSet} set
 * @returns {Uint8Array}
 */
function fragments(set) {
  const element = set.elements[PIXELS];
  const pieces = element.fragments ?? [];
  if (!pieces.length) throw new HashError("damaged", "DICOM without fragments");
  const frames = set.intString("x00280008") ?? 1;
  const count = frames > 1 ? 1 : pieces.length;
  const last = pieces[count - 1];
  if (last.position + last.length > set.byteArray.length) throw new HashError("truncated", "DICOM picture is cut off");
  return joined(pieces.slice(0, count).map(({ position, length }) => set.byteArray.subarray(position, position + length)));
}
