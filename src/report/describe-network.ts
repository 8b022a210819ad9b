import { type Declaration, hasFlow } from '../cells/cell.ts';
import type { Model, Slot } from '../model.ts';
import { models, type Network } from '../network.ts';
import { isAdaptive } from '../solvers/solver.ts';
import { reachability } from '../wirings/reachability.ts';
import { synapseCounts } from '../wirings/synapse-counts.ts';
import { count, quantity } from './quantity.ts';
import type { LayerRow } from './report-data.ts';
import type { CountedWiring } from './wiring-drawing.ts';

/** One model of a network, and what to call it: nothing when it is the only one. */
interface Layer {
  readonly name: string;
  readonly model: Model;
}

/** The models of a network by the names of their places, such as `layer 2, backward`. */
export const layersOf = (net: Network): readonly Layer[] =>
  models(net).map(({ prefix, model }) => ({
    name: prefix
      .split('.')
      .filter((part) => part !== '')
      .map((part) => (/^\d/.test(part) ? `layer ${Number(part) + 1}` : part))
      .join(', '),
    model,
  }));

/** A network in a few words: its units, layer by layer, and what they are. */
export function phrase(net: Network): string {
  const layers = layersOf(net);
  const forward = layers.filter(({ name }) => !name.endsWith('backward'));
  const units = forward.map(({ model }) => model.connections.units).join(' + ');
  return `${units} ${layers[0]!.model.cell.name} units${forward.length < layers.length ? ' each way' : ''}`;
}

/** A network in one sentence: its units, inputs, outputs and parameters. */
export const sentence = (net: Network): string =>
  `A network of ${phrase(net)}, ${count(net.inputs)} ${net.inputs === 1 ? 'input' : 'inputs'}, ${count(net.outputs)} ${net.outputs === 1 ? 'output' : 'outputs'} and ${count(net.parameters.length)} parameters.`;

/** Name and value of what decides how a model computes, beside its cell, wiring and readout. */
export function settings({
  cell,
  solver,
  unfolds,
  maxStep,
  interpolation,
  missing,
  constraints,
  timeUnit,
}: Model): readonly (readonly [name: string, value: string])[] {
  const flows = hasFlow(cell);
  const steps = maxStep === undefined ? `${unfolds} a sample` : `of at most ${quantity(maxStep, 3)}`;
  const instead =
    typeof missing === 'object'
      ? 'means'
      : missing === 'hold'
        ? 'hold, and the time since each was seen beside it'
        : missing;
  const all: readonly (readonly [string, string | undefined])[] = [
    ['solver', flows ? solver.name : undefined],
    ['sub-steps', flows && !(isAdaptive(solver) && unfolds === 1) ? steps : undefined],
    ['input between samples', interpolation === 'linear' ? 'linear' : undefined],
    ['missing inputs', instead],
    ['constraints', constraints],
    ['time unit', `${quantity(timeUnit, 4)} s`],
  ];
  return all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** When a readout answers. */
export const readoutSaid = ({ when }: NonNullable<Model['readout']>): string =>
  when === 'last' ? 'of the last step' : 'at every step';

/** The axes of a parameter array and their sizes, or the synapses that it has an entry for. */
export const shapeSaid = ({ axes, shape, relation }: Pick<Slot, 'axes' | 'shape' | 'relation'>): string =>
  relation === undefined
    ? axes.map((axis, k) => `${axis} ${shape[k]}`).join(' × ') || 'a number'
    : `${relation.replace('->', ' → ')}, ${count(shape[0]!)}`;

/** What the entries of a parameter array are kept in; nothing where they may be any number. */
export const constraintSaid = ({ constraint }: Declaration): string =>
  typeof constraint === 'object' ? `${constraint.lo} to ${constraint.hi}` : constraint === 'none' ? '' : constraint;

/** Synapses of a model, and how many there would be if all existed. */
function synapses({ connections }: Model): Pick<LayerRow, 'synapses' | 'dense'> {
  const [sensory, recurrent] = synapseCounts(connections);
  return { synapses: sensory!.synapses + recurrent!.synapses, dense: sensory!.dense + recurrent!.dense };
}

/** Every model of a network in numbers. */
export const layerRows = (net: Network): readonly LayerRow[] =>
  layersOf(net).map(({ name, model }) => ({
    name,
    inputs: model.inputs,
    neurons: model.connections.units,
    motor: model.connections.outputs,
    ...synapses(model),
    parameters: model.parameters.length,
  }));

/** The wiring of a model, as figures and tables show it. */
export const wiringOf = ({ cell, connections }: Model): CountedWiring => ({
  ...connections,
  isSigned: Object.values(cell.params).some(({ initial }) => initial === 'sign'),
  counts: synapseCounts(connections),
});

/** How many synapses a network has, and how many there would be if all existed; nothing where all exist. */
export function density(net: Network): readonly string[] {
  const sum = (of: 'synapses' | 'dense') => layerRows(net).reduce((total, row) => total + row[of], 0);
  const [synapses, dense] = [sum('synapses'), sum('dense')];
  return synapses < dense ? [`${count(synapses)} of ${count(dense)} synapses`] : [];
}

/** What else is to be said of a network, a line each: the layers of a wiring, the neurons that take no part, that later samples are read. */
export function networkNotes(net: Network): string[] {
  const layers = layersOf(net);
  const isBoth = layers.some(({ name }) => name.endsWith('backward'));
  return [
    ...layers.flatMap(({ name, model }) => {
      const parts = wiringNotes(model);
      return parts.length === 0 ? [] : [`${name === '' ? 'wiring' : name}: ${parts.join(', ')}`];
    }),
    ...(isBoth ? ['sequences are read from both ends: what is said of a step rests on later samples too'] : []),
  ];
}

function wiringNotes({ connections }: Model): string[] {
  if (connections.full) return [];
  const { layers, outputs, units } = connections;
  const { unreached, unheard } = reachability(connections);
  return [
    ...(layers.length > 1 ? [`layers of ${layers.map((each) => each.length).join(' → ')} neurons`] : []),
    ...(outputs < units ? [`${outputs} of them ${outputs === 1 ? 'a motor neuron' : 'motor neurons'}`] : []),
    ...(unreached.length > 0 ? [`no input reaches ${neurons(unreached)}`] : []),
    ...(unheard.length > 0 ? [`no output hears ${neurons(unheard)}`] : []),
  ];
}

const neurons = (ids: readonly number[]): string =>
  ids.length > 8 ? `${ids.length} neurons` : `${ids.length === 1 ? 'neuron' : 'neurons'} ${ids.join(', ')}`;
