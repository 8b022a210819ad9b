/** Values one below the other: when each was measured, and the number of what it says something of, from 0; −1 where it says nothing. */
export interface LongRows {
  readonly seconds: ArrayLike<number>;
  readonly names: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/** The same with a row for each time, in order of time, and a column for each name. */
export interface WideRows {
  /** The first of the given rows at each time. */
  readonly rows: readonly number[];
  /** The values of each name at each time, NaN where there is none; of several the mean. */
  readonly columns: readonly Float64Array[];
  /** How many values are in a mean with one before them. */
  readonly again: number;
  /** A row whose name has a later time in a row `before` it, if there is one: the rows are in no order of time. */
  readonly back?: { readonly row: number; readonly before: number };
}

/** Make a row for each time and a column for each of `width` names of values one below the other. NaN among the values says nothing, but keeps its time. */
export function pivot({ seconds, names, values }: LongRows, width: number): WideRows {
  const last = new Int32Array(width).fill(-1);
  let back: WideRows['back'];
  for (let row = 0; row < names.length; row++) {
    if (names[row]! < 0) continue;
    const before = last[names[row]!]!;
    if (before >= 0 && seconds[row]! < seconds[before]!) back ??= { row, before };
    last[names[row]!] = row;
  }
  const order = Array.from({ length: names.length }, (_, row) => row)
    .filter((row) => names[row]! >= 0)
    .sort((a, b) => seconds[a]! - seconds[b]!);
  const rows: number[] = [];
  const places = order.map((row) => {
    if (rows.length === 0 || seconds[row]! > seconds[rows.at(-1)!]!) rows.push(row);
    return rows.length - 1;
  });
  const columns = Array.from({ length: width }, () => new Float64Array(rows.length).fill(Number.NaN));
  const counts = new Map<number, number>();
  let again = 0;
  for (const [k, row] of order.entries()) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const [column, place] = [columns[names[row]!]!, places[k]!];
    const before = column[place]!;
    if (Number.isNaN(before)) column[place] = value;
    else {
      const key = place * width + names[row]!;
      const count = (counts.get(key) ?? 1) + 1;
      counts.set(key, count);
      column[place] = before + (value - before) / count;
      again++;
    }
  }
  return { rows, columns, again, ...(back ? { back } : {}) };
}
