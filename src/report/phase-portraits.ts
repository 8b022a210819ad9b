import { quantity } from './quantity.ts';
import { extent } from './scale.ts';
import { element, label, pathThrough, svg } from './svg.ts';
import { viridis } from './viridis.ts';

/** A trajectory in a plane. */
export interface Portrait {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Its length, which its thinned points may have lost a part of. */
  readonly length: number;
}

/** Portraits in rows and columns; a place may be empty. */
export interface PhasePortraits {
  readonly label: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly portraits: readonly (readonly (Portrait | undefined)[])[];
}

/** Trajectories side by side, each coloured along time from dark to bright, as large as its place allows and equally scaled in both directions, with its length below. */
export function phasePortraits({ label: said, rows, columns, portraits }: PhasePortraits): string {
  const left = 74;
  const cell = Math.min(190, (720 - left) / Math.max(1, columns.length));
  const size = cell - 14;
  let top = 26;
  const drawings = rows.flatMap((row, r) => {
    const places = columns.map((_, c) => {
      const portrait = portraits[r]?.[c];
      return portrait === undefined ? undefined : fitted(portrait, size);
    });
    const height = Math.max(40, ...places.map((place) => place?.height ?? 0));
    const middle = top + height / 2;
    const drawn = places.map((place, c) => (place ? draw(place, left + (c + 0.5) * cell, middle, height / 2) : ''));
    top += height + 42;
    return [label(row, left - 12, middle + 4, { class: 'name strong', 'text-anchor': 'end' }), ...drawn];
  });
  const names = columns.map((column, c) =>
    label(column, left + (c + 0.5) * cell, 12, { class: 'name', 'text-anchor': 'middle' }),
  );
  return svg(left + columns.length * cell, top - 16, said, ...names, ...drawings);
}

/** A portrait in units of the drawing, its middle at the origin. */
interface Place {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly height: number;
  readonly length: number;
}

/** A portrait as large as fits a square of `size`. */
function fitted({ points, length }: Portrait, size: number): Place {
  const across = extent([points.map(([x]) => x)]) ?? { lo: 0, hi: 0 };
  const up = extent([points.map(([, y]) => y)]) ?? { lo: 0, hi: 0 };
  const scale = size / (Math.max(across.hi - across.lo, up.hi - up.lo) || 1);
  return {
    x: points.map(([x]) => (x - (across.lo + across.hi) / 2) * scale),
    y: points.map(([, y]) => ((up.lo + up.hi) / 2 - y) * scale),
    height: (up.hi - up.lo) * scale,
    length,
  };
}

function draw({ x, y, length }: Place, centre: number, middle: number, below: number): string {
  // A tenth of a unit is enough of a thin line, and makes small files.
  const px = x.map((value) => Math.round(10 * (centre + value)) / 10);
  const py = y.map((value) => Math.round(10 * (middle + value)) / 10);
  const last = px.length - 1;
  const pieces = Math.min(24, last);
  const paths = Array.from({ length: pieces }, (_, piece) => {
    // Neighbours share a point, so that the line has no gaps.
    const from = Math.floor((piece * last) / pieces);
    const kept = apart(px, py, from, Math.floor(((piece + 1) * last) / pieces));
    // The brightest colours are too pale on a white ground.
    const stroke = `rgb(${viridis((0.85 * piece) / pieces)})`;
    const d = pathThrough(
      kept.map((i) => px[i]!),
      kept.map((i) => py[i]!),
    );
    return element('path', { class: 'thin', stroke, d });
  });
  const text = label(`length ${quantity(length)}`, centre, middle + below + 18, {
    class: 'tick',
    'text-anchor': 'middle',
  });
  return element('g', {}, ...paths, text);
}

/** The points from `first` to `last` but those within a pixel of the one before; both ends are kept. */
function apart(x: readonly number[], y: readonly number[], first: number, last: number): readonly number[] {
  const kept = [first];
  for (let i = first + 1; i < last; i++) {
    const before = kept.at(-1)!;
    if (Math.hypot(x[i]! - x[before]!, y[i]! - y[before]!) > 1) kept.push(i);
  }
  return [...kept, last];
}
