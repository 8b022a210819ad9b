import type { Bounds } from '../certificates/certify.ts';
import { ticksBelow } from './axes.ts';
import { extent, fitting, type Scale } from './scale.ts';
import { element, label, line, svg } from './svg.ts';

/** Intervals, a row each; an end that is null is nowhere. */
export interface BoundsFigure {
  readonly label: string;
  readonly xLabel: string;
  readonly rows: readonly { readonly name: string; readonly bounds: Bounds }[];
}

/** Certified intervals as bars, one a row; one that lacks an end is pale and goes to the edge, none is drawn where it lacks both. */
export function boundsFigure({ label: said, xLabel, rows }: BoundsFigure): string {
  const step = Math.min(16, Math.max(4, Math.floor(440 / rows.length)));
  const every = Math.ceil(11 / step);
  const letters = rows.reduce((most, { name }) => Math.max(most, name.length), 0);
  const box = { left: 12 + 6.6 * letters, top: 8, right: 344, bottom: 12 + step * rows.length };
  const ends = rows.flatMap(({ bounds: { lo, hi } }) => [lo, hi].filter((end) => end !== null));
  const x: Scale = fitting([ends], 20, 4);
  const range = extent([ends]);
  const px = (value: number) => box.left + Math.min(1, Math.max(0, x.at(value))) * (box.right - box.left);
  const from = (end: number | null) => (end === null || (x.kind === 'log' && end <= 0) ? box.left : px(end));
  const bars = rows.map(({ name, bounds: { lo, hi } }, k) => {
    const y = box.top + step * (k + 0.5);
    const named =
      k % every === 0
        ? label(name, box.left - 6, y + 4, { class: step < 11 ? 'small' : 'tick', 'text-anchor': 'end' })
        : '';
    if (lo === null && hi === null) return named;
    const [start, end] = [from(lo), hi === null ? box.right : px(hi)];
    // An interval that is a point is still seen.
    const thickness = Math.max(2, step - 6);
    return (
      named +
      line(box.left, y, box.right, y, { class: 'guide' }) +
      element('rect', {
        class: 'bar one',
        x: Math.min(start, end),
        y: y - thickness / 2,
        width: Math.max(2, end - start),
        height: thickness,
        rx: 1,
        opacity: lo === null || hi === null ? 0.45 : undefined,
      })
    );
  });
  const none = range ? '' : label('no bound is known', (box.left + box.right) / 2, box.top + 12, { class: 'note' });
  const name = x.kind === 'log' ? `${xLabel} (log scale)` : xLabel;
  return svg(
    360,
    box.bottom + 42,
    said,
    ticksBelow(x, box, px),
    ...bars,
    none,
    label(name, box.right, box.bottom + 36, { class: 'axis', 'text-anchor': 'end' }),
  );
}
