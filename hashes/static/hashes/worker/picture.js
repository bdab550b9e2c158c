/**
 * A decoded picture, as it is stored.
 * @typedef {object} Picture
 * @property {Uint8ClampedArray | Uint8Array} data RGBA, 8 bits each, rows without gaps
 * @property {number} width pixels
 * @property {number} height pixels
 * @property {number} orientation EXIF, 1 to 8: how it is to be turned for display
 * @property {boolean} hasAlpha
 * @property {Raw[]} [raws] what a hasher sees that takes the stored numbers for RGB
 */

/**
 * A picture that lies in its decoder's memory, and is there only while it is looked at: a copy of 12 megapixels would be another 48 MB.
 * @typedef {object} Lent
 * @property {<T>(look: (picture: Picture) => T) => T} lend
 */

/**
 * @typedef {object} Raw
 * @property {"cmyk-raw" | "palette-raw"} variant
 * @property {() => Picture} pixels
 */

/**
 * Asks the page for a compiled codec.
 * @typedef {(codec: string) => Promise<WebAssembly.Module>} NeedModule
 */

/**
 * How to walk the stored pixels so that they come as displayed.
 * @typedef {object} Walk
 * @property {number} width as displayed
 * @property {number} height as displayed
 * @property {number} start index of the first pixel
 * @property {number} right step to the next pixel of a row
 * @property {number} down step to the next row
 */

/**
 * @param {number} width stored
 * @param {number} height stored
 * @param {number} orientation EXIF 2.32, tag 0x0112
 * @returns {Walk}
 */
export function walkAs(width, height, orientation) {
  const right = width - 1;
  const bottom = width * (height - 1);
  const upright = { width, height };
  const turned = { width: height, height: width };
  switch (orientation) {
    case 2: return { ...upright, start: right, right: -1, down: width };
    case 3: return { ...upright, start: bottom + right, right: -1, down: -width };
    case 4: return { ...upright, start: bottom, right: 1, down: -width };
    case 5: return { ...turned, start: 0, right: width, down: 1 };
    case 6: return { ...turned, start: bottom, right: -width, down: 1 };
    case 7: return { ...turned, start: bottom + right, right: -width, down: -1 };
    case 8: return { ...turned, start: right, right: width, down: -1 };
    default: return { ...upright, start: 0, right: 1, down: width };
  }
}

/**
 * What a hasher sees that takes palette indices for grey.
 * @param {Uint8Array} indices
 * @param {number} width
 * @param {number} height
 * @returns {Raw}
 */
export function paletteRaw(indices, width, height) {
  const pixels = () => {
    const data = new Uint8Array(Uint32Array.from(indices, (index) => index * 0x010101).buffer);
    return { data, width, height, orientation: 1, hasAlpha: false };
  };
  return { variant: "palette-raw", pixels };
}
