import type { SynapseCount } from '../wirings/synapse-counts.ts';
import { element, label, line, svg } from './svg.ts';

/** Synapses as plain lists, ordered as a wiring has them. */
interface SynapseList {
  readonly source: ArrayLike<number>;
  readonly target: ArrayLike<number>;
  readonly polarity: ArrayLike<number>;
}

/** A wiring to be drawn. */
export interface WiringDrawing {
  readonly inputs: number;
  readonly units: number;
  readonly outputs: number;
  /** Ids of the neurons of each layer, in the direction in which signals flow. */
  readonly layers: readonly (readonly number[])[];
  readonly sensory: SynapseList;
  readonly recurrent: SynapseList;
  /** Whether the cell takes heed of polarities, so that they are told apart. */
  readonly isSigned: boolean;
}

/** A wiring to be drawn, and its synapses counted. */
export type CountedWiring = WiringDrawing & { readonly counts: readonly SynapseCount[] };

/** Whether a cell's polarities and the missing synapses leave anything to be drawn. */
export const isWorthDrawing = ({ isSigned, layers, counts }: CountedWiring): boolean =>
  isSigned || layers.length > 1 || counts.some(({ synapses, dense }) => synapses < dense);

/** A wiring as a drawing: of several layers, neurons in columns and synapses as curves; of one, the matrix of its synapses. */
export function wiringDrawing(wiring: WiringDrawing): string {
  return wiring.layers.length > 1 ? columns(wiring) : matrix(wiring);
}

/** Synapses of one kind: what a reader calls them, and the tone they have. */
const kindsOf = (isSigned: boolean) =>
  isSigned
    ? ([
        ['excitatory', 'one', 1],
        ['inhibitory', 'two', -1],
      ] as const)
    : ([['synapse', 'one', undefined]] as const);

/** The path of all synapses of each kind, drawn by `path`. */
function strokes(
  { sensory, recurrent, isSigned }: WiringDrawing,
  path: (source: number, target: number, isSensory: boolean) => string,
  width: number,
  opacity: number,
): string[] {
  return kindsOf(isSigned).map(([name, tone, polarity]) => {
    let d = '';
    for (const [of, isSensory] of [
      [sensory, true],
      [recurrent, false],
    ] as const) {
      for (let k = 0; k < of.source.length; k++)
        if (polarity === undefined || of.polarity[k] === polarity) d += path(of.source[k]!, of.target[k]!, isSensory);
    }
    const look = { class: `curve ${tone}`, style: `stroke-width: ${width}; stroke-linecap: butt`, opacity };
    return d === '' ? '' : element('path', { ...look, d }, element('title', {}, name));
  });
}

function key({ isSigned }: WiringDrawing, right: number): string {
  if (!isSigned) return '';
  return kindsOf(true)
    .map(([name, tone], k) => {
      const x = right - 190 + 98 * k;
      return line(x, 8, x + 18, 8, { class: `curve ${tone}` }) + label(name, x + 24, 12, { class: 'name' });
    })
    .join('');
}

const several = (inputs: number) => `${inputs} ${inputs === 1 ? 'input' : 'inputs'}`;
const rounded = (value: number) => Math.round(value * 10) / 10;

function columns(wiring: WiringDrawing): string {
  const { inputs, outputs, layers } = wiring;
  const stacks = [Array.from({ length: inputs }, (_, k) => k), ...layers];
  const most = Math.max(...stacks.map(({ length }) => length));
  const step = Math.min(24, Math.max(8, 480 / most));
  const radius = Math.min(6, step * 0.36);
  const [left, right, top] = [60, 640, 56];
  const height = top + step * most;
  const places = new Map<string, { readonly x: number; readonly y: number; readonly column: number }>();
  const name = (isInput: boolean, id: number) => `${isInput ? 'input' : 'neuron'} ${id}`;
  stacks.forEach((ids, column) => {
    const x = left + ((right - left) * column) / (stacks.length - 1);
    ids.forEach((id, row) => {
      places.set(name(column === 0, id), { x, y: top + step * (row + 0.5 + (most - ids.length) / 2), column });
    });
  });
  const total = wiring.sensory.source.length + wiring.recurrent.source.length;
  const opacity = Math.min(0.75, Math.max(0.15, 8 / Math.sqrt(total)));
  const path = (source: number, target: number, isSensory: boolean) => {
    const [from, to] = [places.get(name(isSensory, source)), places.get(name(false, target))];
    if (!from || !to) return '';
    const [x1, y1, x2, y2] = [from.x + radius, from.y, to.x - radius, to.y];
    if (to.column > from.column) {
      const bend = (x2 - x1) / 2;
      return `M${rounded(x1)},${rounded(y1)}C${rounded(x1 + bend)},${rounded(y1)} ${rounded(x2 - bend)},${rounded(y2)} ${rounded(x2)},${rounded(y2)}`;
    }
    // Within a layer, or against the flow: a curve that leaves and arrives on the right.
    const reach = x1 + 22 + Math.min(60, Math.abs(y2 - y1) / 3);
    return `M${rounded(x1)},${rounded(y1)}C${rounded(reach)},${rounded(y1 - 6)} ${rounded(reach)},${rounded(y2 + 6)} ${rounded(to.x + radius)},${rounded(y2)}`;
  };
  const isMotor = (ids: readonly number[]) => ids.every((id) => id < outputs);
  const heads = stacks.map((ids, column) => {
    const what = column === 0 ? 'input' : isMotor(ids) ? 'motor neuron' : 'neuron';
    const x = left + ((right - left) * column) / (stacks.length - 1);
    return label(`${ids.length} ${what}${ids.length === 1 ? '' : 's'}`, x, top - 14, {
      class: 'axis',
      'text-anchor': 'middle',
    });
  });
  const nodes = [...places].map(([said, { x, y, column }]) => {
    const id = said.split(' ')[1]!;
    const dot = element(
      'circle',
      { cx: x, cy: y, r: radius, style: `fill: var(--${column === 0 ? 'quiet' : 'ink'})` },
      element('title', {}, said),
    );
    return column === 0 && step >= 11
      ? dot + label(id, x - radius - 5, y + 3, { class: 'small', 'text-anchor': 'end' })
      : dot;
  });
  return svg(
    720,
    height + 12,
    `The wiring: ${several(inputs)} and layers of ${layers.map(({ length }) => length).join(', ')} neurons`,
    key(wiring, 704),
    ...heads,
    ...strokes(wiring, path, 1, opacity),
    ...nodes,
  );
}

function matrix(wiring: WiringDrawing): string {
  const { inputs, units } = wiring;
  const rows = inputs + units;
  const size = Math.min(14, Math.max(2, Math.min(600 / units, 420 / rows)));
  const gap = size > 5 ? 1 : 0;
  const [left, top] = [96, 48];
  const between = Math.max(6, size / 2);
  const rowAt = (source: number, isSensory: boolean) =>
    top + size * (isSensory ? source : inputs + source) + (isSensory ? 0 : between);
  const path = (source: number, target: number, isSensory: boolean) =>
    `M${rounded(left + size * target)},${rounded(rowAt(source, isSensory) + size / 2)}h${rounded(size - gap)}`;
  const bottom = rowAt(units, false);
  const name = (text: string, y: number) => label(text, left - 10, y + 4, { class: 'axis', 'text-anchor': 'end' });
  return svg(
    720,
    bottom + 16,
    `The synapses from ${several(inputs)} and ${units} neurons, a row each, to ${units} neurons, a column each`,
    key(wiring, 704),
    label(`to ${units} neurons`, left, top - 12, { class: 'axis' }),
    name(several(inputs), rowAt((inputs - 1) / 2, true) + size / 2),
    name(`${units} neurons`, rowAt((units - 1) / 2, false) + size / 2),
    ...strokes(wiring, path, size - gap, 0.85),
  );
}
