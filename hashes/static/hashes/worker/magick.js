import {
  ColorSpace, initializeImageMagick, MagickImage, MagickImageCollection, MagickReadSettings, ResourceLimits,
} from "@imagemagick/magick-wasm";
import { HashError } from "../errors.js";
import { decodeDicom } from "./dicom.js";
import { checkSize, MAX_PIXELS } from "./limits.js";
import { inkOrPaper } from "./pcx.js";
import { hashPhoto } from "./photo.js";
import { checkPsd } from "./psd_check.js";
import { serve } from "./serve.js";
import { decodeGreyAlphaTga, isGreyAlphaTga } from "./tga_grey.js";
import { withoutIdleMap } from "./tga_map.js";
import { checkTiff } from "./tiff_check.js";
import { joinPlanes } from "./tiff_planes.js";
import { negative, takeZeroForBlack } from "./tiff_white.js";
import { decodeXcf } from "./xcf.js";

/** The worker for pictures that few people have; ImageMagick is large and comes only when one of them does. */

/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").NeedModule} NeedModule */
/** @typedef {import("@imagemagick/magick-wasm").IMagickImage} Image */
/** @typedef {import("@imagemagick/magick-wasm").MagickFormat} MagickFormat */

/** The coder is named for each format: ImageMagick is never left to guess, nor to reach for its scripts and fonts. */
const CODERS = /** @type {Record<string, MagickFormat>} */ ({
  "jpeg-cmyk": "JPEG", "jpeg-2000": "J2C", bmp: "BMP", dicom: "DCM", ico: "ICO", miff: "MIFF", pcx: "PCX", psd: "PSD", tga: "TGA", tiff: "TIFF",
  xcf: "XCF", xpm: "XPM",
});
/** Files that ImageMagick would take half. */
const CHECKS = /** @type {Record<string, (bytes: Uint8Array) => void>} */ ({ psd: checkPsd, tiff: checkTiff });
const CUT_OFF = /EndOfFile|end of file|InsufficientImageData|UnableToReadImageData|read error|got \d+ bytes|can't read/i;

/** Where a BMP says how long the file is. */
const BMP_LENGTH = 2;

let started = false;

/** @param {NeedModule} need */
async function start(need) {
  if (started) return;
  await initializeImageMagick(await need("magick"));
  ResourceLimits.disk = 0n;
  ResourceLimits.area = BigInt(MAX_PIXELS);
  started = true;
}

/**
 * @param {string} format
 * @returns {(bytes: Uint8Array, need: NeedModule) => Promise<Picture>}
 */
function decoderOf(format) {
  return async (bytes, need) => {
    CHECKS[format]?.(bytes);
    await start(need);
    const settings = new MagickReadSettings({ format: CODERS[format] });
    try {
      if (format === "ico") return largest(bytes, settings);
      return format === "dicom" ? whole(bytes, settings) : first(bytes, settings);
    } catch (error) {
      if (error instanceof HashError) throw error;
      throw new HashError(CUT_OFF.test(String(error)) ? "truncated" : "damaged", String(error));
    }
  };
}

/**
 * The first page or the merged picture; what follows it is never read.
 * @param {Uint8Array} bytes
 * @param {MagickReadSettings} settings
 */
function first(bytes, settings) {
  settings.frameIndex = 0;
  settings.frameCount = 1;
  const image = MagickImage.create();
  try {
    image.ping(bytes, settings);
    checkSize(image.width, image.height);
    image.read(bytes, settings);
    return pictureOf(image);
  } finally {
    image.dispose();
  }
}

/**
 * Without a page's number, which the DICOM coder takes for something else.
 * @param {Uint8Array} bytes
 * @param {MagickReadSettings} settings
 */
function whole(bytes, settings) {
  const image = MagickImage.create();
  try {
    image.read(bytes, settings);
    return pictureOf(image);
  } finally {
    image.dispose();
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {MagickReadSettings} settings
 */
function largest(bytes, settings) {
  const images = MagickImageCollection.create();
  try {
    images.read(bytes, settings);
    return pictureOf(images.reduce((best, image) => (image.width * image.height > best.width * best.height ? image : best)));
  } finally {
    images.dispose();
  }
}

/**
 * @param {Image} image
 * @returns {Picture}
 */
function pictureOf(image) {
  checkSize(image.width, image.height);
  const raws = image.colorSpace === ColorSpace.CMYK ? [cmykRaw(image)] : [];
  if (image.colorSpace !== ColorSpace.sRGB && image.colorSpace !== ColorSpace.Gray) image.colorSpace = ColorSpace.sRGB;
  return {
    data: bytesOf(image, "RGBA"),
    width: image.width,
    height: image.height,
    orientation: image.orientation >= 1 && image.orientation <= 8 ? image.orientation : 1,
    hasAlpha: image.hasAlpha,
    raws,
  };
}

/**
 * The inks as they are stored, which some hashers take for red, green and blue.
 * @param {Image} image
 * @returns {import("./picture.js").Raw}
 */
function cmykRaw(image) {
  const data = bytesOf(image, "CMYK");
  const { width, height } = image;
  return { variant: "cmyk-raw", pixels: () => ({ data, width, height, orientation: 1, hasAlpha: false }) };
}

/**
 * @param {Image} image
 * @param {string} mapping
 */
function bytesOf(image, mapping) {
  const bytes = image.getPixels((pixels) => pixels.toByteArray(0, 0, image.width, image.height, mapping));
  if (!bytes) throw new HashError("damaged", "no pixels");
  return bytes;
}

/** @type {import("./photo.js").Decode} */
const anyDicom = (bytes, need) => decodeDicom(bytes, need, { whole: decoderOf("dicom"), jpeg2000: decoderOf("jpeg-2000") });

/**
 * Our own reader knows every precision, ImageMagick every way of laying layers on each other.
 * @type {import("./photo.js").Decode}
 */
async function anyXcf(bytes, need) {
  try {
    return await decodeXcf(bytes);
  } catch (error) {
    if (error instanceof HashError && error.code === "unsupported") return decoderOf("xcf")(bytes, need);
    throw error;
  }
}

/**
 * Many writers state a wrong length of the file, and only this decoder minds; whether the pixels are all there is seen without it.
 * @type {import("./photo.js").Decode}
 */
async function anyBmp(bytes, need) {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(BMP_LENGTH, bytes.length, true);
  return decoderOf("bmp")(bytes, need);
}

/** @type {import("./photo.js").Decode} */
const anyPcx = async (bytes, need) => inkOrPaper(await decoderOf("pcx")(bytes, need), bytes);

/** @type {import("./photo.js").Decode} */
const anyTga = async (bytes, need) => (isGreyAlphaTga(bytes) ? decodeGreyAlphaTga(bytes) : decoderOf("tga")(withoutIdleMap(bytes), need));

const decodeTiff = decoderOf("tiff");

/** @type {import("./photo.js").Decode} */
async function anyTiff(bytes, need) {
  joinPlanes(bytes);
  const wasWhite = takeZeroForBlack(bytes);
  const picture = await decodeTiff(bytes, need);
  return wasWhite ? negative(picture) : picture;
}

/** @type {Record<string, import("./photo.js").Decode>} */
const OWN_WAYS = { bmp: anyBmp, dicom: anyDicom, pcx: anyPcx, tga: anyTga, tiff: anyTiff, xcf: anyXcf };

serve((file, format, tools) => hashPhoto(file, OWN_WAYS[format] ?? decoderOf(format), tools));
