/** What layers are laid on. */
export class Canvas {
  /** Whether layers are mixed as light, or as the numbers that stand for it. */
  inLight = true;

  /**
   * @param {number} width
   * @param {number} height
   */
  constructor(width, height) {
    this.width = width;
    this.height = height;
    /** Gamma-coded red, green, blue, and alpha, 0 to 1. */
    this.pixels = new Float32Array(width * height * 4);
  }

  /**
   * One pixel over what is there (Porter and Duff, 1984: over).
   * @param {number} x
   * @param {number} y
   * @param {number[]} colour gamma-coded red, green, blue, and alpha
   */
  lay(x, y, colour) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 4;
    const above = colour[3];
    const below = this.pixels[at + 3] * (1 - above);
    const alpha = above + below;
    if (above === 0) return;
    for (let channel = 0; channel < 3; channel++) {
      const old = this.pixels[at + channel];
      this.pixels[at + channel] = below === 0 ? colour[channel] : this.mix(colour[channel], above / alpha, old);
    }
    this.pixels[at + 3] = alpha;
  }

  /**
   * @param {number} top
   * @param {number} share
   * @param {number} bottom
   */
  mix(top, share, bottom) {
    if (!this.inLight) return top * share + bottom * (1 - share);
    return toGamma(toLight(top) * share + toLight(bottom) * (1 - share));
  }

  /** @returns {Uint8ClampedArray} RGBA */
  bytes() {
    return Uint8ClampedArray.from(this.pixels, (value) => value * 255);
  }
}

/**
 * sRGB (IEC 61966-2-1): from light to the number that stands for it.
 * @param {number} value 0 to 1
 */
export function toGamma(value) {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

/** @param {number} value gamma-coded */
function toLight(value) {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
