/**
 * Sum of `term(0) … term(count − 1)` in an order fixed by `count` alone: blocks of 8, each added as
 * ((0+4)+(2+6))+((1+5)+(3+7)), then a pairwise tree over block numbers (neighbours first, an odd last one is carried up).
 * However the work is divided, the bits of the result are the same.
 */
export const pairwiseSum = (count: number, term: (index: number) => number): number => {
  const at = (index: number) => (index < count ? term(index) : 0);
  const block = (i: number) =>
    at(i) + at(i + 4) + (at(i + 2) + at(i + 6)) + (at(i + 1) + at(i + 5) + (at(i + 3) + at(i + 7)));
  const tree = (first: number, blocks: number): number => {
    if (blocks === 1) return block(first * 8);
    const left = 2 ** (31 - Math.clz32(blocks - 1)); // the largest power of two below `blocks`
    return tree(first, left) + tree(first + left, blocks - left);
  };
  return count === 0 ? 0 : tree(0, Math.ceil(count / 8));
};
