/**
 * What one part of the benchmark found: rows as data, and how a person reads them.
 * @typedef {object} Table
 * @property {string} title
 * @property {string} [about] What the numbers are.
 * @property {readonly object[]} rows
 * @property {readonly object[]} [shown] The rows that a person sees; default all.
 * @property {readonly (readonly [string, (row: any) => string | number])[]} columns Heads, and what stands under them.
 * @property {readonly string[]} [notes]
 */

/** Two or three digits that matter, and no exponent. */
export const digits = (/** @type {number} */ value) => {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 || value === 0 ? value.toFixed(2) : value.toPrecision(2);
};

/** A median and its quartiles, times a factor. */
export const spread = (/** @type {import('./statistics.mjs').Summary} */ { median, low, high }, factor = 1) =>
  `${digits(median * factor)} (${digits(low * factor)}–${digits(high * factor)})`;

/** A ratio, its quartiles, and what they leave of it. */
export const times = (
  /** @type {ReturnType<typeof import('./statistics.mjs').ratio>} */ { value, low, high, verdict },
) => `${digits(value)} (${digits(low)}–${digits(high)})${verdict === 'clear' ? '' : `, ${verdict}`}`;

/** A table as Markdown. */
export function markdown(/** @type {Table} */ { title, about, rows, shown = rows, columns, notes = [] }) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    ...(about ? [about] : []),
    [
      line(columns.map(([head]) => head)),
      line(columns.map(() => '---')),
      ...shown.map((row) => line(columns.map(([, of]) => of(row)))),
    ].join('\n'),
    ...notes,
  ].join('\n\n');
}
