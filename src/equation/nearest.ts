/** Number of insertions, deletions, replacements and swaps of neighbours that turn one word into another. */
const distance = (a: string, b: string): number => {
  const rows: number[][] = Array.from({ length: a.length + 1 }, (_, i) => [i]);
  for (let j = 1; j <= b.length; j++) rows[0]!.push(j);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      rows[i]!.push(least);
    }
  }
  return rows[a.length]![b.length]!;
};

/** `; did you mean "tau"?` when one of the names is a slip away from the given one (one slip in three letters), else nothing. */
export const nearest = (given: string, names: Iterable<string>): string => {
  let best = Math.floor(given.length / 3) + 1;
  let found = '';
  for (const name of names) {
    if (Math.abs(name.length - given.length) >= best) continue;
    const far = distance(given.toLowerCase(), name.toLowerCase());
    if (far < best) [best, found] = [far, name];
  }
  return found === '' ? '' : `; did you mean "${found}"?`;
};
