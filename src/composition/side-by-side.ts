/** Arrays with as many rows each, side by side: row k of the result, written to `into`, is row k of every array in turn. */
export function beside<A extends Float32Array | Float64Array>(
  arrays: readonly ArrayLike<number>[],
  widths: readonly number[],
  into: A,
): A {
  each(widths, into.length, (k, own, whole) => {
    into[whole] = arrays[k]![own]!;
  });
  return into;
}

/** The arrays that {@link beside} put side by side. */
export function apart(array: ArrayLike<number>, widths: readonly number[]): readonly Float64Array[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const arrays = widths.map((width) => new Float64Array(total === 0 ? 0 : (array.length / total) * width));
  each(widths, array.length, (k, own, whole) => {
    arrays[k]![own] = array[whole]!;
  });
  return arrays;
}

/** Visit every entry of `length` ones in rows: the array it is of, and its place there and in the whole. */
function each(
  widths: readonly number[],
  length: number,
  visit: (array: number, own: number, whole: number) => void,
): void {
  let whole = 0;
  for (let row = 0; whole < length; row++) {
    widths.forEach((width, k) => {
      for (let column = 0; column < width; column++) visit(k, row * width + column, whole++);
    });
  }
}
