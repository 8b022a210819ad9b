/** Arrays added in a fixed pairwise tree over the order they came in, whatever computed them (specification B3). */
export interface PairwiseArrays<A> {
  /** Add the next array; `fill` writes it. */
  push(fill: (array: A) => void): void;
  /** The sum of all; zeros when there were none. */
  sum(): A;
}

/** An empty sum of arrays of `size` numbers, which `make` makes. */
export function pairwiseArrays<A extends Float32Array | Float64Array>(
  size: number,
  make: (size: number) => A,
): PairwiseArrays<A> {
  const stack: { rank: number; array: A }[] = [];
  const merge = () => {
    const [right, left] = [stack.pop()!, stack.pop()!];
    for (let k = 0; k < size; k++) left.array[k]! += right.array[k]!;
    stack.push({ rank: right.rank + 1, array: left.array });
  };
  return {
    push(fill) {
      const array = make(size);
      fill(array);
      stack.push({ rank: 0, array });
      while (stack.length > 1 && stack.at(-1)!.rank === stack.at(-2)!.rank) merge();
    },
    sum() {
      while (stack.length > 1) merge();
      return stack[0]?.array ?? make(size);
    },
  };
}
