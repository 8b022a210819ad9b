import type { DepthSummary, LengthSummary, PanelSummary, Spread } from '../report/panel-summary.ts';
import { quantity } from '../report/quantity.ts';
import { type Column, table } from '../report/table.ts';

/** A panel as text: a line for each column and model, then what the solver did. */
export function panelTables({ panel, lengths, depths }: PanelSummary): string {
  const parts = [`Panel ${panel.name}: ${panel.title}`];
  if (panel.note !== undefined) parts[0] += `\n${panel.note}`;
  parts.push(lengthTable(lengths));
  if (depths.length > 0) parts.push(depthTable(depths));
  return parts.join('\n\n');
}

const right = (header: string): Column => ({ header, align: 'right' });

function lengthTable(lengths: readonly LengthSummary[]): string {
  const isPrinted = lengths.some(({ printed }) => printed !== undefined);
  const isBounded = lengths.some(({ bounds }) => bounds !== undefined);
  return table(
    [
      { header: 'length' },
      { header: 'model' },
      ...['draws', 'median', '[q25–q75]', 'PC 1+2'].map(right),
      ...(isPrinted ? ['printed', 'below it'].map(right) : []),
      ...(isBounded ? ['theorem ≥', 'or ≥'].map(right) : []),
    ],
    lengths.map(({ column, model, length, explained, printed, bounds, ...runs }, i) => [
      column === lengths[i - 1]?.column ? '' : column,
      model,
      draws(runs),
      short(length.median),
      quartiles(length),
      ((explained[0] ?? Number.NaN) + (explained[1] ?? Number.NaN)).toFixed(2),
      ...(isPrinted ? [printed ? quantity(printed.length, 5) : '', printed ? percent(printed.position) : ''] : []),
      ...(isBounded ? [bounds ? short(bounds['one-root']) : '', bounds ? short(bounds['two-roots']) : ''] : []),
    ]),
  );
}

function depthTable(depths: readonly DepthSummary[]): string {
  const isPrinted = depths.some(({ printed }) => printed !== undefined);
  return table(
    [
      { header: 'per input' },
      { header: 'model' },
      ...['draws', 'points', '90 %', 'most', 'mean ± sd', 'steps'].map(right),
      ...(isPrinted ? ['printed', 'below it'].map(right) : []),
    ],
    depths.map(({ setting, model, depth, accepted, printed, ...runs }, i) => [
      setting === depths[i - 1]?.setting ? '' : setting,
      model,
      draws(runs),
      short(depth.median),
      short(depth.q90),
      short(depth.most),
      `${short(depth.mean)} ± ${short(depth.deviation)}`,
      short(accepted.median),
      ...(isPrinted
        ? [
            printed ? `${short(printed.mean)} ± ${short(printed.deviation)}` : '',
            printed ? percent(printed.position) : '',
          ]
        : []),
    ]),
  );
}

const short = (value: number) => quantity(value, 3);
const quartiles = ({ q25, q75 }: Spread) => `[${short(q25)}–${short(q75)}]`;
const percent = (share: number) => (Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1).replace(/\.0$/, '')} %`);
const draws = ({ finished, unfinished }: { readonly finished: number; readonly unfinished: number }) =>
  unfinished === 0 ? String(finished) : `${finished} of ${finished + unfinished}`;
