/** `npm run build`: compiles PDQ, copies the pinned codecs, joins the workers. Needs no network after `npm ci`. */
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { bundle } from "./bundle.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const STATIC = "hashes/static/hashes";
const VENDOR = `${STATIC}/vendor`;

const CODECS = {
  "jpeg.wasm": "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm",
  "png.wasm": "@jsquash/png/codec/pkg/squoosh_png_bg.wasm",
  "avif.wasm": "@jsquash/avif/codec/dec/avif_dec.wasm",
  "heif.wasm": "libheif-js/libheif-wasm/libheif.wasm",
  "magick.wasm": "@imagemagick/magick-wasm/dist/x86/magick.wasm",
  "webp.wasm": "@jsquash/webp/codec/dec/webp_dec.wasm",
};

const WORKERS = {
  "common-worker.js": `${STATIC}/worker/common.js`,
  "heif-worker.js": `${STATIC}/worker/heif.js`,
  "magick-worker.js": `${STATIC}/worker/magick.js`,
};

/** Packages whose main file is not the one for us. */
const PACKAGE_FILES = {
  "dicom-parser": "dicom-parser/dist/dicomParser.js",
  "hash-wasm": "hash-wasm/dist/md5.umd.min.js",
  "@imagemagick/magick-wasm": "@imagemagick/magick-wasm/dist/index.js",
};

async function compilePdq(name, simd) {
  const options = ["hashes/assembly/pdq.ts", "-o", `${STATIC}/${name}`, simd, "simd", "-O3", "--noAssert", "--runtime", "stub"];
  const { error, stderr } = await asc.main(options, { baseDir: ROOT });
  if (error) throw new Error(`${name}: ${stderr.toString()}`, { cause: error });
}

process.chdir(ROOT);
rmSync(VENDOR, { recursive: true, force: true });
mkdirSync(VENDOR, { recursive: true });
await compilePdq("pdq-simd.wasm", "--enable");
await compilePdq("pdq-scalar.wasm", "--disable");
for (const [name, source] of Object.entries(CODECS)) copyFileSync(join("node_modules", source), join(VENDOR, name));
for (const [name, entry] of Object.entries(WORKERS)) writeFileSync(join(VENDOR, name), bundle(entry, ROOT, PACKAGE_FILES));
writeFileSync(join(VENDOR, "sizes.js"), sizesModule());

/** How large each codec is once it is unpacked: a compressed answer does not say. */
function sizesModule() {
  const files = ["./pdq-simd.wasm", "./pdq-scalar.wasm", ...Object.keys(CODECS).map((name) => `./vendor/${name}`)];
  const sizes = Object.fromEntries(files.map((file) => [file, statSync(join(STATIC, file)).size]));
  return `export const SIZES = Object.freeze(${JSON.stringify(sizes, null, 2)});\n`;
}
