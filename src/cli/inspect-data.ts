import { kernelListing } from '../analysis/kernel-listing.ts';
import { layerSequences } from '../analysis/layer-sequences.ts';
import { memoryReport } from '../analysis/memory-report.ts';
import { type ModelBounds, networkBounds } from '../analysis/network-bounds.ts';
import { type Stability, stability } from '../analysis/stability.ts';
import { timeConstants } from '../analysis/time-constants.ts';
import { evaluate } from '../backends/elementary.ts';
import { type Declaration, hasFlow } from '../cells/cell.ts';
import type { Scaler } from '../datasets/scale.ts';
import { latex } from '../equation/latex.ts';
import { mathml } from '../equation/mathml.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { declarations, type Model, type Slot } from '../model.ts';
import type { Network } from '../network.ts';
import { readNotes } from '../predictor/read-notes.ts';
import type { Unknown } from '../report/certified-bounds.ts';
import {
  constraintSaid,
  layersOf,
  networkNotes,
  readoutSaid,
  sentence,
  settings,
  wiringOf,
} from '../report/describe-network.ts';
import type {
  Inspection,
  ModelInspection,
  ParameterInspection,
  Spread,
  TimeConstantSeries,
} from '../report/inspection.ts';
import { count, quantity } from '../report/quantity.ts';
import type { Sequences } from '../sequences.ts';
import type { InspectCommand } from './commands.ts';
import type { InspectedData } from './inspected-data.ts';
import { type TrainingNotes, trainingNotes } from './training-notes.ts';

/** Everything there is to say of a saved network: of every model, and along data where there are any. */
export function inspectionOf(
  { inputs, kernels }: Pick<InspectCommand, 'inputs' | 'kernels'>,
  { model: net, notes }: SavedModel,
  data: InspectedData | undefined,
  names: { readonly title: string; readonly maker: string },
): Inspection {
  const read = data && layerSequences(net, data.stretch);
  const bounds = networkBounds(net, inputs);
  return {
    ...names,
    summary: sentence(net),
    inputs: net.inputs,
    outputs: net.outputs,
    parameters: net.parameters.length,
    timeUnit: net.timeUnit,
    clock: clockOf(net, data),
    notes: [...networkNotes(net), ...scalingNotes(trainingNotes(notes))],
    saved: readNotes(notes),
    ...(data ? { data: { title: data.title, steps: data.stretch.steps, notes: data.notes } } : {}),
    models: layersOf(net).map(({ name, model }, k): ModelInspection => {
      const { cell } = model;
      return {
        name,
        cell: cell.name,
        equation: {
          source: cell.equation.source,
          latex: latex(cell.equation),
          mathml: mathml(cell.equation),
          paper: cell.paper,
        },
        settings: settingsOf(model),
        wiring: wiringOf(model),
        parameters: model.layout.map((slot) => parameter(model, slot)),
        bounds: bounds[k]!,
        stability: orWhy(() => stabilityOf(model, bounds[k]!, read?.[k])),
        ...(data ? alongData(model, read![k]!, data) : {}),
        ...(kernels ? { kernels: kernelListing(model) } : {}),
      };
    }),
  };
}

/** What time constants are told in: steps where the data have no times. */
const clockOf = ({ timeUnit }: Network, data: InspectedData | undefined): Inspection['clock'] =>
  data && !data.stretch.dt ? { unit: 'steps', length: 1 } : { unit: 'seconds', length: timeUnit };

/** That what is said of inputs and outputs is of scaled ones, and by what; of many, where that is to be found. */
function scalingNotes({ inputNames = [], outputNames = [], scaler, targetScaler }: TrainingNotes): string[] {
  const by = (names: readonly string[], { mean, deviation }: Scaler) =>
    names.length > 8
      ? 'by what "saved" in --json says'
      : names.map((name, k) => `${name} (${quantity(mean[k]!)}, ${quantity(deviation[k]!)})`).join(', ');
  const note = (what: string, names: readonly string[], of: Scaler | undefined) =>
    of ? [`${what} are scaled, (value − mean)/deviation, as in training: ${by(names, of)}`] : [];
  return [...note('inputs', inputNames, scaler), ...note('outputs', outputNames, targetScaler)];
}

/** What `make` makes, or why it cannot. */
function orWhy<T>(make: () => T): T | Unknown {
  try {
    return make();
  } catch (error) {
    return { why: (error as Error).message };
  }
}

const settingsOf = (model: Model): ModelInspection['settings'] => [
  ['inputs', count(model.inputs)],
  ['neurons', count(model.connections.units)],
  ['outputs', count(model.outputs)],
  ...(model.readout ? [['readout', `${count(model.readout.outputs)}, ${readoutSaid(model.readout)}`] as const] : []),
  ...settings(model),
];

function parameter(model: Model, { name, axes, shape, relation, offset, size }: Slot): ParameterInspection {
  const declaration = declarations(model.cell, model.readout)[name]!;
  const values = Array.from(model.parameters.subarray(offset, offset + size), (value) =>
    seen(value, declaration, model),
  );
  const finite = values.filter(Number.isFinite);
  return {
    name,
    axes,
    shape,
    ...(relation === undefined ? {} : { relation }),
    constraint: constraintSaid(declaration),
    ...(finite.length > 0 ? { spread: spread(finite) } : {}),
    nonFinite: size - finite.length,
  };
}

/** What the equation sees of a stored parameter. */
function seen(stored: number, { constraint }: Declaration, { constraints }: Model): number {
  if (constraints !== 'softplus' || constraint === 'none') return stored;
  if (constraint === 'positive') return evaluate.softplus(stored);
  return constraint.lo + (constraint.hi - constraint.lo) * evaluate.sigmoid(stored);
}

function spread(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { least: at(0), median: at(0.5), most: at(1) };
}

/** Of samples as long as the longest that is read, or of dt = 1. */
function stabilityOf(model: Model, bounds: ModelBounds, read: Sequences | undefined): Stability {
  const { dt, mask } = read ?? {};
  const longest = dt
    ? Array.from(dt).reduce((most, each, at) => (mask?.[at] === 0 ? most : Math.max(most, each)), 0)
    : 1;
  return stability(model, longest, { certificate: 'why' in bounds ? undefined : bounds, sequences: read });
}

/** How a model forgets along what it reads. */
const alongData = (
  model: Model,
  read: Sequences,
  data: InspectedData,
): Required<Pick<ModelInspection, 'timeConstants' | 'memory'>> => ({
  timeConstants: hasFlow(model.cell)
    ? model.cell.checked.flow.map(({ left: { name: state } }) => ({
        ...orWhy(() => series(model, state, read, data)),
        state,
      }))
    : { why: `The cell "${model.cell.name}" has no flow, so no time constants: it jumps from sample to sample.` },
  memory: orWhy(() => memoryReport(model, read)),
});

function series(model: Model, state: string, read: Sequences, data: InspectedData): TimeConstantSeries {
  const { steps } = read;
  const { times, timeLabel } = data;
  const { tau, kind, units } = timeConstants(model, read, { state });
  const { unit, length: long } = clockOf(model, data);
  const hasJumps = model.cell.equation.lines.some(({ left }) => left.kind === 'jump');
  const notes = [
    ...(hasJumps ? ['Between samples; at each sample, the state jumps besides.'] : []),
    ...(tau.some((value) => value < 0) ? ['Where τ is below 0, beyond infinite, the state grows.'] : []),
  ];
  return {
    kind,
    tau: tau.map((value) => value * long),
    steps,
    units: units.length,
    times,
    timeLabel,
    unit,
    state,
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
    perUnit: units.map(({ least, median, most, ...unit }) => ({
      ...unit,
      least: least * long,
      median: median * long,
      most: most * long,
    })),
  };
}
