import { boxColumns } from "./lanes";

/**
 * The box filter down the columns, fed row by row, so that only one window of rows is ever held.
 *
 * Row r enters; the output of row r - lead can then be written. The order of additions and subtractions in each
 * column is the reference's, so the float32 rounding is too.
 */
export class ColumnFilter {
  private lead: i32;
  private window: i32;
  private capacity: i32;
  private ring: usize;
  private sums: usize;
  private zeros: usize;
  private entered: i32 = 0;
  private left: i32 = 0;

  /** `columns` is a multiple of four; `window` the filter's full size in rows. */
  constructor(private columns: usize, height: i32) {
    this.window = (height + 127) / 128;
    this.lead = (this.window + 2) / 2 - 1;
    this.capacity = (this.window + 7) & ~3;
    this.ring = heap.alloc(<usize>this.capacity * columns * 4);
    this.sums = heap.alloc(columns * 4);
    this.zeros = heap.alloc(columns * 4);
    memory.fill(this.sums, 0, columns * 4);
    memory.fill(this.zeros, 0, columns * 4);
  }

  /** Where row `index` is to be put before `enter` is called; four rows from a multiple of four are contiguous. */
  row(index: i32): usize {
    return this.ring + <usize>(index % this.capacity) * this.columns * 4;
  }

  /** Takes in the next row; true if that wrote an output row to `out`. */
  enter(out: usize): bool {
    const index = this.entered++;
    const slides = index >= this.window;
    const leave = slides ? this.row(this.left++) : this.zeros;
    const size = slides ? this.window : index + 1;
    boxColumns(this.sums, this.row(index), leave, out, this.columns, <f32>size);
    return index >= this.lead;
  }

  /** After the last row: writes one more output row to `out`, false when there is none left. */
  drain(out: usize): bool {
    const size = this.entered - this.left - 1;
    if (size < this.window - this.lead) return false;
    boxColumns(this.sums, this.zeros, this.row(this.left++), out, this.columns, <f32>size);
    return true;
  }
}
