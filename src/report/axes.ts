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

/** The names of colours that curves may have. */
export type CurveTone = Tone | 'four' | 'five';

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

/** Where members of groups stand side by side in a plot, and how wide each may be. */
export interface Columns {
  readonly pitch: number;
  /** The middle of a series' member of a group. */
  centre(group: number, series: number): number;
}

/** Columns for groups × series. */
export function columns({ left, right }: Frame, groups: number, series: number): Columns {
  const slot = (right - left) / Math.max(1, groups);
  const pitch = Math.min(44, (slot * 0.86) / Math.max(1, series));
  return { pitch, centre: (g, s) => left + slot * (g + 0.5) + pitch * (s - (series - 1) / 2) };
}

/** The base line of a plot, with the names of groups below it. */
export function groupsBelow(names: readonly string[], { left, right, bottom }: Frame): string {
  const slot = (right - left) / Math.max(1, names.length);
  const labels = names.map((name, g) =>
    label(name, left + slot * (g + 0.5), bottom + 17, { class: 'tick', 'text-anchor': 'middle' }),
  );
  return line(left, bottom, right, bottom, { class: 'base' }) + labels.join('');
}

/** A series as a legend names it. */
interface Named {
  readonly name: string;
  readonly tone: CurveTone;
  /** How its line is broken: not where 0 or left out, else in dashes, with a dot more between them for every number more. */
  readonly dash?: number;
}

/** Between two rows of a legend. */
const LINE = 18;
/** The room of a name in a legend; widths are estimated at 7.4 units a letter. */
const roomFor = ({ name }: Named): number => 38 + name.length * 7.4;

/** The names of series in rows of at most `width`, as many in each as fit. */
function inRows(series: readonly Named[], width: number): readonly (readonly Named[])[] {
  const rows: Named[][] = [];
  let left = 0;
  for (const each of series) {
    if (rows.length === 0 || roomFor(each) > left) {
      rows.push([]);
      left = width;
    }
    rows.at(-1)!.push(each);
    left -= roomFor(each);
  }
  return rows;
}

/** What a legend of at most `width` takes beyond its first row. */
export const legendHeight = (series: readonly Named[], width: number): number =>
  Math.max(0, inRows(series, width).length - 1) * LINE;

/** The names of series, right-aligned above a chart, in rows of at most `width`. */
export function legend(series: readonly Named[], right: number, width = Number.POSITIVE_INFINITY): string {
  return inRows(series, width)
    .map((row, k) => {
      const y = 8 + k * LINE;
      let x = right - row.reduce((sum, each) => sum + roomFor(each), 0);
      return row
        .map((each) => {
          const from = x;
          x += roomFor(each);
          const { name, tone, dash } = each;
          const attributes = { class: `curve ${tone}`, 'stroke-dasharray': dashes(dash) };
          return line(from, y, from + 20, y, attributes) + label(name, from + 26, y + 4, { class: 'name' });
        })
        .join('');
    })
    .join('');
}

/** The pattern of a broken line: a dash, then dots. */
export const dashes = (dash = 0): string | undefined => (dash === 0 ? undefined : `7 4${' 1 4'.repeat(dash - 1)}`);

/** The colours that tell series apart. */
const tones = ['one', 'two', 'three', 'four', 'five'] as const satisfies readonly CurveTone[];

/** The look of series number `k` of many (from 0), which is no other's. */
export const lookOf = (k: number): { readonly tone: CurveTone; readonly dash: number } => ({
  tone: tones[k % tones.length]!,
  dash: Math.floor(k / tones.length),
});
