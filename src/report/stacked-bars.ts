import { columns, groupsBelow, horizontalGrid, legend, type Tone } from './axes.ts';
import { linear } from './scale.ts';
import { element, label, safe, svg } from './svg.ts';

/** Shares of one whole for groups × series, as stacked bars. */
export interface StackedBars {
  readonly label: string;
  readonly yLabel: string;
  readonly groups: readonly string[];
  /** The parts of each group, each part from 0 to 1, the first lowest and darkest. */
  readonly series: readonly {
    readonly name: string;
    readonly tone: Exclude<Tone, 'ink'>;
    readonly parts: readonly ArrayLike<number>[];
  }[];
  /** What the first, second … part is. */
  readonly partNames: readonly string[];
}

/** Stacked bars from 0 to 1; parts grow paler upwards. */
export function stackedBars({ label: said, yLabel, groups, series, partNames }: StackedBars): string {
  const frame = { left: 58, top: 34, right: 704, bottom: 186 };
  const y = linear(0, 1, 5);
  const py = (value: number) => frame.bottom - y.at(value) * (frame.bottom - frame.top);
  const { pitch, centre: middle } = columns(frame, groups.length, series.length);
  const paleness = (part: number) => 0.85 * 0.6 ** part;
  const bars = series.flatMap(({ name, tone, parts }, s) =>
    groups.flatMap((group, g) => {
      const x = middle(g, s) - pitch * 0.36;
      let below = 0;
      return Array.from(parts[g] ?? []).map((share, part) => {
        if (!Number.isFinite(share)) return '';
        below += share;
        const title = element('title', {}, safe(`${name}, ${group}, ${partNames[part] ?? ''}: ${share.toFixed(3)}`));
        const height = py(below - share) - py(below);
        const place = { x, y: py(below), width: pitch * 0.72, height };
        return element('rect', { class: `bar ${tone}`, 'fill-opacity': paleness(part), ...place }, title);
      });
    }),
  );
  return svg(
    720,
    frame.bottom + 42,
    said,
    horizontalGrid(y, frame, py),
    groupsBelow(groups, frame),
    ...bars,
    label(yLabel, 0, 12, { class: 'axis' }),
    label(`from the bottom: ${partNames.join(', ')}`, 0, frame.bottom + 36, { class: 'axis' }),
    legend(series, frame.right),
  );
}
