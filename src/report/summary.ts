import { declarations, type Model, type Slot } from '../model.ts';
import type { Network } from '../network.ts';
import { synapseCounts } from '../wirings/synapse-counts.ts';
import {
  constraintSaid,
  layersOf,
  networkNotes,
  readoutSaid,
  sentence,
  settings,
  shapeSaid,
} from './describe-network.ts';
import { count, quantity } from './quantity.ts';
import { table } from './table.ts';
import { wrapped } from './wrapped.ts';

const width = 100;

/**
 * A network as text to be printed: its layers and every array it learns, with shapes, constraints and how many synapses and parameters
 * there are; which neurons take no part; equations, solvers and settings. Nothing is compiled or run for it.
 */
export function summary(net: Network): string {
  const layers = layersOf(net);
  const neurons = layers.reduce((sum, { model }) => sum + model.connections.units, 0);
  const parameters = net.parameters.length;
  const rows = [
    ['input', '', shape(net.inputs), '', '', ''],
    ...layers.flatMap(({ name, model }) => layerRows(name, model)),
    [
      'total',
      '',
      shape(net.outputs, net.readout),
      count(neurons),
      synapsesSaid(layers.map(({ model }) => model)),
      count(parameters),
    ],
  ];
  const kilobytes = `${quantity((4 * parameters) / 1000, 3)} kB of parameters in float32, twice that in float64`;
  return [
    sentence(net),
    table(columns, rows),
    [...networkNotes(net), ...compositionNotes(net), kilobytes].map((line) => wrapped(line, width, 2)).join('\n'),
    ...equations(layers),
  ].join('\n\n');
}

const columns = [
  { header: 'part' },
  { header: '' },
  { header: 'shape' },
  { header: 'neurons', align: 'right' },
  { header: 'synapses', align: 'right' },
  { header: 'parameters', align: 'right' },
] as const;

/** The shape of what a part puts out. */
const shape = (features: number, readout?: Model['readout']): string =>
  `batch × ${readout?.when === 'last' ? '' : 'steps × '}${count(features)}`;

/** A model and its arrays, then its readout and its. */
function layerRows(name: string, model: Model): string[][] {
  const { cell, readout, layout, sizes } = model;
  const isRead = ({ name }: Slot) => readout !== undefined && /^readout_[Wb]$/.test(name);
  const own = layout.filter((slot) => !isRead(slot));
  const read = layout.filter(isRead);
  const all = declarations(cell, readout);
  const arrays = (slots: readonly Slot[]) =>
    slots.map((slot) => [`  ${slot.name}`, constraintSaid(all[slot.name]!), shapeSaid(slot), '', '', count(slot.size)]);
  const size = (slots: readonly Slot[]) => count(slots.reduce((sum, slot) => sum + slot.size, 0));
  const units = count(model.connections.units);
  return [
    [name === '' ? 'layer' : name, cell.name, shape(sizes[cell.output]!), units, synapsesSaid([model]), size(own)],
    ...arrays(own),
    ...(readout ? [['readout', readoutSaid(readout), shape(readout.outputs, readout), '', '', size(read)]] : []),
    ...arrays(read),
  ];
}

/** How many synapses models have, and how many there would be if all existed. */
function synapsesSaid(of: readonly Model[]): string {
  const counts = of.flatMap(({ connections }) => synapseCounts(connections));
  const [synapses, dense] = (['synapses', 'dense'] as const).map((key) =>
    counts.reduce((sum, each) => sum + each[key], 0),
  );
  return synapses === dense ? count(synapses!) : `${count(synapses!)} of ${count(dense!)}`;
}

/** What is between and beside the parts of a network, a line each. */
function compositionNotes(net: Network, name = ''): string[] {
  if ('cell' in net) return [];
  const at = name === '' ? '' : `${name}: `;
  if (net.kind === 'bidirectional')
    return [`${at}the outputs of both directions are ${net.merge === 'sum' ? 'added' : 'side by side'}`];
  return [
    ...(net.dropout > 0 ? [`${at}dropout of ${net.dropout} between layers, in training`] : []),
    ...net.parts.flatMap((part, k) => compositionNotes(part, `${at}layer ${k + 1}`)),
  ];
}

/** Each equation with how it is solved, once for all layers that have it. */
function equations(layers: ReturnType<typeof layersOf>): string[] {
  const places = new Map<string, string[]>();
  for (const { name, model } of layers) {
    const { equation, paper } = model.cell;
    const how = settings(model).map(([key, value]) => `${key}: ${value}`);
    const text = [
      wrapped(equation.source, width - 2, 4),
      ...[paper, how.join(' · ')].map((line) => wrapped(line, width - 2)),
    ];
    const key = text
      .filter((each) => each !== '')
      .join('\n')
      .replace(/^(?=.)/gm, '  ');
    places.set(key, [...(places.get(key) ?? []), name]);
  }
  return [...places].map(([text, names]) => {
    const of = places.size === 1 ? '' : ` of ${names.join('; ')}`;
    return `Equation${of}\n${text}`;
  });
}
