/** From the 64x64 picture to quality, 16x16 DCT and bits. */

const FREQUENCIES = 16;
const SIZE = 64;
const BASIS = memory.data(FREQUENCIES * SIZE * 4);
const HALF = memory.data(FREQUENCIES * SIZE * 4);

function fillBasis(): void {
  const scale: f32 = <f32>Math.sqrt(2.0 / SIZE);
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < SIZE; j++) {
      const angle: f64 = (Math.PI / 2.0 / SIZE) * <f64>(i + 1) * <f64>(2 * j + 1);
      store<f32>(BASIS + ((i * SIZE + j) << 2), <f32>(<f64>scale * Math.cos(angle)));
    }
  }
}

/**
 * 16 lowest frequencies without the constant one, both ways: B = D A D'.
 * `picture` is 64x64 float32, its rows `stride` bytes apart; `out` is 16x16 float32, row-major.
 */
export function dct64To16(picture: usize, stride: usize, out: usize): void {
  fillBasis();
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < SIZE; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < SIZE; k++) {
        sum += load<f32>(BASIS + ((i * SIZE + k) << 2)) * load<f32>(picture + <usize>k * stride + (j << 2));
      }
      store<f32>(HALF + ((i * SIZE + j) << 2), sum);
    }
  }
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < FREQUENCIES; j++) {
      let sum: f32 = 0;
      for (let k = 0; k < SIZE; k++) {
        sum += load<f32>(HALF + ((i * SIZE + k) << 2)) * load<f32>(BASIS + ((j * SIZE + k) << 2));
      }
      store<f32>(out + ((i * FREQUENCIES + j) << 2), sum);
    }
  }
}

/** The DCT of the picture with rows and columns changed over. */
export function transpose16(coefficients: usize): void {
  for (let i = 0; i < FREQUENCIES; i++) {
    for (let j = 0; j < i; j++) {
      const one = coefficients + ((i * FREQUENCIES + j) << 2);
      const other = coefficients + ((j * FREQUENCIES + i) << 2);
      const value = load<f32>(one);
      store<f32>(one, load<f32>(other));
      store<f32>(other, value);
    }
  }
}

// @ts-ignore: decorator
@inline
function gradient(a: usize, b: usize): i32 {
  return abs(<i32>(((load<f32>(a) - load<f32>(b)) * 100) / 255));
}

/** PDQ's image-domain quality, 0 to 100: the sum of significant gradients of the 64x64 picture, over 90. */
export function quality(picture: usize, stride: usize): i32 {
  let sum: i32 = 0;
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const at = picture + <usize>row * stride + (column << 2);
      if (row < SIZE - 1) sum += gradient(at, at + stride);
      if (column < SIZE - 1) sum += gradient(at, at + 4);
    }
  }
  return min(sum / 90, 100);
}

/** The 128th smallest of the 256 coefficients (lower median), as the reference's Torben search gives. */
function median(coefficients: usize): f32 {
  let result: f32 = 0;
  for (let i = 0; i < 256; i++) {
    const candidate = load<f32>(coefficients + (i << 2));
    let below = 0;
    let equal = 0;
    for (let j = 0; j < 256; j++) {
      const other = load<f32>(coefficients + (j << 2));
      below += i32(other < candidate);
      equal += i32(other == candidate);
    }
    if (below < 128 && below + equal >= 128) result = candidate;
  }
  return result;
}

/** 256 bits, most significant first, as 32 bytes at `out`: bit 16 i + j is 1 where coefficient (i, j) is above the median. */
export function bits(coefficients: usize, out: usize): void {
  const middle = median(coefficients);
  memory.fill(out, 0, 32);
  for (let k = 0; k < 256; k++) {
    if (load<f32>(coefficients + (k << 2)) > middle) {
      const at = out + 31 - (k >> 3);
      store<u8>(at, load<u8>(at) | (<u8>1 << <u8>(k & 7)));
    }
  }
}
