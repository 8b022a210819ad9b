import type { Scale } from './scale.ts';
import { label, line } from './svg.ts';

/** The edges of a plot inside its drawing. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The names of colours of a page's palette. */
export type Tone = 'one' | 'two' | 'three' | 'ink';

/** Lines across a plot at the ticks of its vertical scale, with their labels on the left; `at` is where a value stands. */
export function horizontalGrid(scale: Scale, frame: Frame, at: (value: number) => number): string {
  return scale.ticks
    .map(
      ({ value, label: text }) =>
        line(frame.left, at(value), frame.right, at(value), { class: 'grid' }) +
        label(text, frame.left - 7, at(value) + 4, { class: 'tick', 'text-anchor': 'end' }),
    )
    .join('');
}

/** The base line of a plot, with the ticks of its horizontal scale below it, or lines through the plot where `grid` is true. */
export function ticksBelow(scale: Scale, frame: Frame, at: (value: number) => number, grid = false): string {
  const marks = scale.ticks.map(
    ({ value, label: text }) =>
      line(at(value), grid ? frame.top : frame.bottom, at(value), frame.bottom + 4, { class: 'grid' }) +
      label(text, at(value), frame.bottom + 17, { class: 'tick', 'text-anchor': 'middle' }),
  );
  return line(frame.left, frame.bottom, frame.right, frame.bottom, { class: 'base' }) + marks.join('');
}

/** The names of series, right-aligned above a chart; widths are estimated at 7.4 units a letter. */
export function legend(series: readonly { readonly name: string; readonly tone: Tone }[], right: number): string {
  const sizes = series.map(({ name }) => 38 + name.length * 7.4);
  let x = right - sizes.reduce((sum, size) => sum + size, 0);
  return series
    .map(({ name, tone }, i) => {
      const from = x;
      x += sizes[i]!;
      return line(from, 8, from + 20, 8, { class: `curve ${tone}` }) + label(name, from + 26, 12, { class: 'name' });
    })
    .join('');
}
