import { quantity } from './quantity.ts';

/** A mark on an axis: where it stands (in values), and what is written there. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** A map from values to positions along an axis, with the ticks that fit it. */
export interface Scale {
  readonly kind: 'linear' | 'log';
  readonly lo: number;
  readonly hi: number;
  readonly ticks: readonly Tick[];
  /** Position (0 at `lo`, 1 at `hi`) of a value. */
  at(value: number): number;
}

/** The smallest and largest finite value of several lists (only positive ones when asked); undefined when there is none. */
export function extent(lists: readonly ArrayLike<number>[], positive = false): { lo: number; hi: number } | undefined {
  let lo = Number.POSITIVE_INFINITY;
  let hi = Number.NEGATIVE_INFINITY;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      const value = list[i]!;
      if (!Number.isFinite(value) || (positive && value <= 0)) continue;
      if (value < lo) lo = value;
      if (value > hi) hi = value;
    }
  }
  return lo <= hi ? { lo, hi } : undefined;
}

/** A linear scale from `lo` to `hi`, with about `count` ticks at 1, 2 or 5 times a power of ten; `nice` widens it to the outer ticks. */
export function linear(lo: number, hi: number, count = 5, nice = true): Scale {
  if (!(hi > lo)) {
    const room = Math.abs(lo) * 0.1 || 1;
    return linear(lo - room, lo + room, count, nice);
  }
  const raw = (hi - lo) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * (raw / power > 5 ? 10 : raw / power > 2 ? 5 : raw / power > 1 ? 2 : 1);
  const first = nice ? Math.floor(lo / step + 1e-9) : Math.ceil(lo / step - 1e-9);
  const last = nice ? Math.ceil(hi / step - 1e-9) : Math.floor(hi / step + 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  // As many digits as neighbours need to differ in.
  const digits = Math.max(3, Math.ceil(Math.log10(Math.max(Math.abs(first), Math.abs(last), 1))) + 2);
  const ticks: Tick[] = [];
  for (let n = first; n <= last; n++) {
    const value = n * step;
    const label = decimals > 4 || Math.abs(value) >= 1e7 ? quantity(value, digits) : value.toFixed(decimals);
    ticks.push({ value, label: label.replace(/^-/, '−').replace(/\B(?=(\d{3})+$)/g, decimals === 0 ? ',' : '') });
  }
  const from = nice ? first * step : lo;
  const to = nice ? last * step : hi;
  return { kind: 'linear', lo: from, hi: to, ticks, at: (value) => (value - from) / (to - from) };
}

/** A logarithmic scale from `lo` to `hi` (both positive), with ticks at powers of ten, and at 2 and 5 times them where they fit. */
export function logarithmic(lo: number, hi: number, count = 5): Scale {
  if (!(hi > lo * 1.0001)) return logarithmic(lo / 1.5, lo * 1.5, count);
  const low = Math.log10(lo);
  const high = Math.log10(hi);
  const decades = high - low;
  const digits = decades * 3 <= count + 2 ? [1, 2, 5] : decades * 2 <= count + 2 ? [1, 3] : [1];
  const stride = Math.max(1, Math.ceil(decades / count));
  const ticks: Tick[] = [];
  for (let power = Math.floor(low); power <= Math.ceil(high); power++) {
    if (digits.length === 1 && power % stride !== 0) continue;
    for (const digit of digits) {
      const value = digit * 10 ** power;
      if (value >= lo * 0.999 && value <= hi * 1.001) ticks.push({ value, label: plain(value) });
    }
  }
  const at = (value: number) => (Math.log10(value) - low) / (high - low);
  if (ticks.length < 2) return { kind: 'log', lo, hi, ticks: linear(lo, hi, count, false).ticks, at };
  return { kind: 'log', lo, hi, ticks, at };
}

/** Logarithmic when every value is positive and they span more than a factor of `ratio`; linear otherwise. */
export function fitting(lists: readonly ArrayLike<number>[], ratio = 20, count = 5): Scale {
  const range = extent(lists) ?? { lo: 0, hi: 1 };
  return range.lo > 0 && range.hi > ratio * range.lo
    ? logarithmic(range.lo * 0.92, range.hi * 1.08, count)
    : linear(range.lo, range.hi, count);
}

function plain(value: number): string {
  return value >= 1e-3 && value < 1e5
    ? String(Number(value.toPrecision(3))).replace(/\B(?=(\d{3})+$)/g, value >= 1000 ? ',' : '')
    : value.toExponential(0).replace('e+', 'e');
}
