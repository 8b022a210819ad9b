import { count, quantity } from './quantity.ts';
import { element, label, safe, svg } from './svg.ts';

/** Which class was said to be which. */
export interface ConfusionMatrix {
  readonly names: readonly string[];
  /** `(classes, classes)`: how often a true class (first axis) was said to be another (second axis). */
  readonly counts: ArrayLike<number>;
}

/** Steps in which cells darken with their share of the row, up to half, so that figures stay legible on them. */
const [LEVELS, DARKEST] = [10, 0.5];
/** The room a letter takes, about. */
const LETTER = 6.6;

/** A name that has room for so many letters. */
const short = (name: string, letters: number): string =>
  name.length > letters ? `${name.slice(0, Math.max(1, letters - 1))}…` : name;

/** A confusion matrix: true classes as rows, those said as columns; colour is the share of the row, figures are counts where there is room. */
export function confusionMatrix({ names, counts }: ConfusionMatrix): string {
  const n = names.length;
  const longest = names.reduce((most, { length }) => Math.max(most, Math.min(18, length)), 0);
  const left = 34 + longest * LETTER;
  const cell = Math.max(4, Math.min(64, Math.floor((704 - left) / n)));
  const every = Math.ceil(11 / cell);
  const shown = (k: number) => k % every === 0;
  const isFlat = longest * LETTER <= cell - 4;
  const top = isFlat ? 44 : 34 + longest * LETTER;
  const at = (k: number) => cell * k;
  const paths = { right: new Array<string>(LEVELS).fill(''), wrong: new Array<string>(LEVELS).fill('') };
  const figures: string[] = [];
  for (let row = 0; row < n; row++) {
    let total = 0;
    for (let column = 0; column < n; column++) total += counts[row * n + column]!;
    for (let column = 0; column < n; column++) {
      const value = counts[row * n + column]!;
      if (value === 0) continue;
      const level = Math.min(LEVELS - 1, Math.floor((LEVELS * value) / total));
      const gap = cell > 8 ? 1 : 0;
      paths[row === column ? 'right' : 'wrong'][level] +=
        `M${left + at(column)},${top + at(row)}h${cell - gap}v${cell - gap}h-${cell - gap}z`;
      const text = Number.isInteger(value) ? count(value) : quantity(value, 3);
      if (text.length * LETTER > cell - 4) continue;
      const [x, y] = [left + at(column + 0.5), top + at(row + 0.5)];
      const isTwo = cell >= 44;
      figures.push(label(text, x, y + (isTwo ? -1 : 4), { class: 'value', 'text-anchor': 'middle' }));
      if (isTwo)
        figures.push(
          label(`${Math.round((100 * value) / total)} %`, x, y + 14, { class: 'value', 'text-anchor': 'middle' }),
        );
    }
  }
  const named = (name: string, x: number, y: number, anchor: string, turned: boolean) =>
    element(
      'text',
      {
        x,
        y,
        class: cell < 11 ? 'small' : 'name',
        'text-anchor': anchor,
        transform: turned ? `rotate(-90 ${x} ${y})` : undefined,
      },
      element('title', {}, safe(name)),
      safe(short(name, 18)),
    );
  const width = Math.max(360, left + at(n) + 16);
  return svg(
    width,
    top + at(n) + 12,
    `Confusion matrix of ${count(n)} classes: true ones as rows, those said as columns`,
    label('said to be', left, 12, { class: 'axis' }),
    label('true', left - 10, top - 8, { class: 'axis', 'text-anchor': 'end' }),
    element('rect', { class: 'grid', fill: 'none', x: left, y: top, width: at(n), height: at(n) }),
    ...(['right', 'wrong'] as const).flatMap((kind) =>
      paths[kind].map((d, level) =>
        d === ''
          ? ''
          : element('path', {
              class: `bar ${kind === 'right' ? 'one' : 'two'}`,
              opacity: (DARKEST * (level + 1)) / LEVELS,
              d,
            }),
      ),
    ),
    ...figures,
    ...names.flatMap((name, k) =>
      shown(k)
        ? [
            named(name, left - 10, top + at(k + 0.5) + 4, 'end', false),
            isFlat
              ? named(name, left + at(k + 0.5), top - 8, 'middle', false)
              : named(name, left + at(k + 0.5) + 4, top - 8, 'start', true),
          ]
        : [],
    ),
  );
}
