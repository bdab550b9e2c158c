/**
 * The blurred picture's 64x64 samples, and those of the flipped picture, taken from the same blur.
 *
 * The reference samples a little off the middle, and its even windows lean forward by half a pixel a pass. Turning the 64x64 samples
 * (or their DCT) around therefore misses the really flipped picture by up to three pixels, in small pictures many bits. So the
 * grid holds each side twice: samples 0 to 63 as they are, and 64 to 127 where the flipped picture would be sampled.
 */

const SMALL = 64;
export const GRID: usize = 128;
export const GRID_STRIDE: usize = GRID * 4;

const grid = memory.data(128 * 128 * 4);
let taken: i32 = 0;
let mirroredLeft: i32 = SMALL;

/** Nothing of the picture before is to be seen in the next one. */
export function forgetSamples(): void {
  memory.fill(grid, 0, 128 * 128 * 4);
  taken = 0;
  mirroredLeft = SMALL;
}

/** The source index of sample `index` of 64 along a side of `length`: centres, not corners. */
export function centre(index: i32, length: i32): i32 {
  return <i32>(((<f64>index + 0.5) * <f64>length) / SMALL);
}

/** Where, in the picture as it is, the flipped picture's sample `index` lies; two passes of an even window lean by one each. */
export function mirroredCentre(index: i32, length: i32): i32 {
  const window = (length + 127) / 128;
  const lean = window & 1 ? 0 : 2;
  return max(0, length - 1 - centre(index, length) - lean);
}

/** Takes blurred row `row` (of `height`), 128 samples at `samples`, wherever it is wanted: on a short side more than once. */
export function storeRow(samples: usize, row: i32, height: i32): void {
  while (taken < SMALL && centre(taken, height) == row) {
    memory.copy(grid + <usize>taken * GRID_STRIDE, samples, GRID_STRIDE);
    taken++;
  }
  while (mirroredLeft > 0 && mirroredCentre(mirroredLeft - 1, height) == row) {
    mirroredLeft--;
    memory.copy(grid + <usize>(SMALL + mirroredLeft) * GRID_STRIDE, samples, GRID_STRIDE);
  }
}

/** Where the 64x64 samples of the picture, flipped so, begin; rows are GRID_STRIDE bytes apart. */
export function quadrant(flipRows: bool, flipColumns: bool): usize {
  return grid + <usize>flipRows * SMALL * GRID_STRIDE + <usize>flipColumns * SMALL * 4;
}
