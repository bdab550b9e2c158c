/**
 * The four inner loops of PDQ, each over four numbers at once.
 *
 * Four picture rows travel together, interleaved: [column][row 0..3]. The running sum along a row cannot be
 * vectorised without changing the order of float32 additions, and with it bits of the hash; four rows side by side can.
 * With SIMD the four are one v128, without it four floats; both do the same operations in the same order.
 */

const SIMD: bool = ASC_FEATURE_SIMD;

/** Luma of four RGBA rows: float32 (299 r + 587 g + 114 b) / 1000, equal to the reference for all 2^24 colours. */
export function luma4(rgba: usize, stride: usize, columns: usize, out: usize): void {
  if (SIMD) {
    const redBlue = i32x4.splat(299 | (114 << 16));
    const green = i32x4.splat(587);
    const low = i32x4.splat(0x00ff00ff);
    const thousand = f32x4.splat(1000);
    for (let c: usize = 0; c < columns; c += 4) {
      const at = rgba + (c << 2);
      const a = lumaVector(v128.load(at), redBlue, green, low, thousand);
      const b = lumaVector(v128.load(at + stride), redBlue, green, low, thousand);
      const d = lumaVector(v128.load(at + stride * 2), redBlue, green, low, thousand);
      const e = lumaVector(v128.load(at + stride * 3), redBlue, green, low, thousand);
      storeTransposed(a, b, d, e, out + (c << 4), 16);
    }
  } else {
    for (let c: usize = 0; c < columns; c++) {
      for (let row: usize = 0; row < 4; row++) {
        const at = rgba + row * stride + (c << 2);
        const sum = 299 * <i32>load<u8>(at) + 587 * <i32>load<u8>(at, 1) + 114 * <i32>load<u8>(at, 2);
        store<f32>(out + (c << 4) + (row << 2), <f32>sum / 1000);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function lumaVector(pixels: v128, redBlue: v128, green: v128, low: v128, thousand: v128): v128 {
  const even = i32x4.dot_i16x8_s(v128.and(pixels, low), redBlue);
  const odd = i32x4.dot_i16x8_s(v128.and(v128.shr<u16>(pixels, 8), low), green);
  return f32x4.div(f32x4.convert_i32x4_s(i32x4.add(even, odd)), thousand);
}

// @ts-ignore: decorator
@inline
function storeTransposed(a: v128, b: v128, c: v128, d: v128, out: usize, step: usize): void {
  const abLow = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdLow = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<i64>(abLow, cdLow, 0, 2));
  v128.store(out + step, v128.shuffle<i64>(abLow, cdLow, 1, 3));
  v128.store(out + step * 2, v128.shuffle<i64>(abHigh, cdHigh, 0, 2));
  v128.store(out + step * 3, v128.shuffle<i64>(abHigh, cdHigh, 1, 3));
}

/** Interleaved [column][4] to four rows `stride` bytes apart. */
export function toRows(lanes: usize, columns: usize, out: usize, stride: usize): void {
  for (let c: usize = 0; c < columns; c += 4) {
    const at = lanes + (c << 4);
    const to = out + (c << 2);
    if (SIMD) {
      storeTransposed(v128.load(at), v128.load(at, 16), v128.load(at, 32), v128.load(at, 48), to, stride);
    } else {
      for (let k: usize = 0; k < 16; k++) store<f32>(to + (k & 3) * stride + ((k >> 2) << 2), load<f32>(at + (k << 2)));
    }
  }
}

/** Four rows `stride` bytes apart to interleaved [column][4]. */
export function fromRows(rows: usize, stride: usize, columns: usize, out: usize): void {
  for (let c: usize = 0; c < columns; c += 4) {
    const at = rows + (c << 2);
    const to = out + (c << 4);
    if (SIMD) {
      storeTransposed(
        v128.load(at), v128.load(at + stride), v128.load(at + stride * 2), v128.load(at + stride * 3), to, 16
      );
    } else {
      for (let k: usize = 0; k < 16; k++) store<f32>(to + (k << 2), load<f32>(at + (k & 3) * stride + ((k >> 2) << 2)));
    }
  }
}

/**
 * One-dimensional box filter along four interleaved rows of `length` columns: PDQ paper, section "Jarosz filter".
 * The window grows at the left edge, slides, and shrinks at the right edge; each sum is divided by its present size.
 */
export function boxRow4(lanes: usize, out: usize, length: i32, window: i32): void {
  const lead = (window + 2) / 2 - 1;
  let read = lanes;
  let left = lanes;
  let write = out;
  let size: i32 = 0;
  if (SIMD) {
    let sum = f32x4.splat(0);
    for (; size < lead; size++, read += 16) sum = f32x4.add(sum, v128.load(read));
    while (size < window) {
      sum = f32x4.add(sum, v128.load(read));
      size++;
      v128.store(write, f32x4.div(sum, f32x4.splat(<f32>size)));
      read += 16;
      write += 16;
    }
    const full = f32x4.splat(<f32>size);
    for (let k = length - window; k > 0; k--) {
      sum = f32x4.sub(f32x4.add(sum, v128.load(read)), v128.load(left));
      v128.store(write, f32x4.div(sum, full));
      read += 16;
      left += 16;
      write += 16;
    }
    for (let k = 0; k < lead; k++) {
      sum = f32x4.sub(sum, v128.load(left));
      size--;
      v128.store(write, f32x4.div(sum, f32x4.splat(<f32>size)));
      left += 16;
      write += 16;
    }
  } else {
    for (let lane: usize = 0; lane < 16; lane += 4) boxRow1(lanes + lane, out + lane, length, window, lead);
  }
}

function boxRow1(lanes: usize, out: usize, length: i32, window: i32, lead: i32): void {
  let read = lanes;
  let left = lanes;
  let write = out;
  let size: i32 = 0;
  let sum: f32 = 0;
  for (; size < lead; size++, read += 16) sum += load<f32>(read);
  while (size < window) {
    sum += load<f32>(read);
    size++;
    store<f32>(write, sum / <f32>size);
    read += 16;
    write += 16;
  }
  for (let k = length - window; k > 0; k--) {
    sum += load<f32>(read);
    sum -= load<f32>(left);
    store<f32>(write, sum / <f32>size);
    read += 16;
    left += 16;
    write += 16;
  }
  for (let k = 0; k < lead; k++) {
    sum -= load<f32>(left);
    size--;
    store<f32>(write, sum / <f32>size);
    left += 16;
    write += 16;
  }
}

/** One step of the box filter down `columns` columns at once: sums += enter; sums -= leave; out = sums / size. */
export function boxColumns(sums: usize, enter: usize, leave: usize, out: usize, columns: usize, size: f32): void {
  const end = columns << 2;
  if (SIMD) {
    const divisor = f32x4.splat(size);
    for (let c: usize = 0; c < end; c += 16) {
      const sum = f32x4.sub(f32x4.add(v128.load(sums + c), v128.load(enter + c)), v128.load(leave + c));
      v128.store(sums + c, sum);
      v128.store(out + c, f32x4.div(sum, divisor));
    }
  } else {
    for (let c: usize = 0; c < end; c += 4) {
      const sum = load<f32>(sums + c) + load<f32>(enter + c) - load<f32>(leave + c);
      store<f32>(sums + c, sum);
      store<f32>(out + c, sum / size);
    }
  }
}
