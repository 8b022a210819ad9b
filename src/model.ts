import { type Cell, type Declaration, hasFlow, type InitialRange } from './cells/cell.ts';
import { check, checkNames, oneOf, positiveNumber, wholeFrom } from './options.ts';
import { random as generator, type Random } from './random.ts';
import { semiImplicit } from './solvers/semi-implicit.ts';
import { isAdaptive, type Solver } from './solvers/solver.ts';
import { full } from './wirings/full.ts';
import { type Connections, checkSynapses, type Synapses, type Wiring } from './wirings/wiring.ts';

/** What the parameters that a cell declares positive or bounded are kept by. */
export type Constraints = 'softplus' | 'clip' | 'none';

/**
 * What becomes of an input that is missing, NaN: its last seen value (0 before there was one), with the time since it was seen as one
 * more input for each; 0; or a mean.
 */
export type Missing = 'hold' | 'zero' | { readonly mean: readonly number[] };

/** A dense layer on the cell's outputs, at every step or at the last unmasked one. */
export interface Readout {
  readonly outputs: number;
  readonly when: 'every' | 'last';
}

/** Where one parameter array stands in the flat parameters. A wired one has an entry per synapse of its relation. */
export interface Slot {
  readonly name: string;
  readonly shape: readonly number[];
  readonly axes: readonly string[];
  readonly relation?: string;
  readonly offset: number;
  readonly size: number;
}

/** A network as plain data: nothing in it is compiled and nothing in it changes. */
export interface Model {
  readonly cell: Cell;
  readonly inputs: number;
  /** Features of the output: of the readout if there is one, else of the cell. */
  readonly outputs: number;
  readonly connections: Connections;
  /** Size of every axis. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly solver: Solver;
  /** Sub-steps per sample, unless `maxStep` is given. */
  readonly unfolds: number;
  /** Largest sub-step, in time units: a sample of length dt takes max(1, ceil(dt/maxStep − 1e-6)) of them. */
  readonly maxStep?: number;
  /** The input between two samples: that of the later one all along, or the line from the one to the other. */
  readonly interpolation: 'hold' | 'linear';
  readonly missing?: Missing;
  readonly constraints: Constraints;
  readonly readout?: Readout;
  /** Seconds in one unit of dt. */
  readonly timeUnit: number;
  readonly seed: number;
  readonly layout: readonly Slot[];
  /** All parameters as stored (raw under softplus), one flat array in the order of `layout`. */
  readonly parameters: Float64Array;
}

/** Options of {@link model}. */
export interface ModelOptions {
  /** What a unit computes: `synaptic()`, `ltc()` or any other of `rivulet/cells`, or your own by `cell`. */
  readonly cell: Cell;
  /** Numbers in a sample. */
  readonly inputs: number;
  /** Which synapses exist; default `full(units)`. */
  readonly wiring?: Wiring;
  /** Units of the default wiring; there is no default. */
  readonly units?: number;
  /** Default semi-implicit, the fused solver. */
  readonly solver?: Solver;
  /** Sub-steps per sample; default 6, and 1 for an adaptive solver, whose steps they bound. */
  readonly unfolds?: number;
  /** Largest sub-step, in units of dt, in the place of `unfolds`; default none. */
  readonly maxStep?: number;
  /** The input between two samples; default hold, as in the papers. */
  readonly interpolation?: 'hold' | 'linear';
  /** What becomes of inputs that are NaN; by default they are refused, unless the cell reads `seen`. */
  readonly missing?: Missing;
  /** What keeps positive and bounded parameters in their range; default softplus. */
  readonly constraints?: Constraints;
  /** A dense layer on the cell's outputs, at every step or the last; by default the cell's outputs are the model's. */
  readonly readout?: Readout;
  /** Seconds in one unit of dt; default 1. */
  readonly timeUnit?: number;
  /** Seed of the initial parameters; default 0. */
  readonly seed?: number;
}

const known = [
  'cell',
  'inputs',
  'wiring',
  'units',
  'solver',
  'unfolds',
  'maxStep',
  'interpolation',
  'missing',
  'constraints',
  'readout',
  'timeUnit',
  'seed',
];

/**
 * A network: a cell, a wiring, a solver and initial parameters drawn from `seed`.
 * Throws when an option is unknown or out of range, or the cell has no wired parameter and the wiring is not full.
 */
export function model(options: ModelOptions): Model {
  checkNames('model', options, known);
  const { cell, inputs, readout, maxStep, missing } = options;
  const {
    interpolation = 'hold',
    solver = semiImplicit,
    constraints = 'softplus',
    timeUnit = 1,
    seed = 0,
    unfolds = isAdaptive(solver) ? 1 : 6,
  } = options;
  made('cell', cell, 'equation');
  made('solver', solver, 'step');
  if (options.wiring !== undefined) made('wiring', options.wiring, 'connect');
  check('model: inputs', inputs, wholeFrom(1));
  check('model: unfolds', unfolds, wholeFrom(1));
  check('model: timeUnit', timeUnit, positiveNumber);
  if (maxStep !== undefined) check('model: maxStep', maxStep, positiveNumber);
  if (maxStep !== undefined && options.unfolds !== undefined)
    throw new Error('model: unfolds and maxStep both given; sub-steps go by count or by largest step');
  check('model: constraints', constraints, oneOf('softplus', 'clip', 'none'));
  check('model: interpolation', interpolation, oneOf('hold', 'linear'));
  if (interpolation === 'linear' && !hasFlow(cell))
    throw new Error(
      `model: interpolation is "linear", but cell "${cell.name}" has no flow that could see the input change`,
    );
  checkMissing(missing, inputs, cell);
  if (readout) {
    check('model: readout.outputs', readout.outputs, wholeFrom(1));
    check('model: readout.when', readout.when, oneOf('every', 'last'));
    for (const name of ['readout_W', 'readout_b']) {
      if (Object.hasOwn(cell.params, name))
        throw new Error(
          `model: cell "${cell.name}" has a parameter "${name}", which is the name of an array of the readout`,
        );
    }
    if (Object.hasOwn(cell.axes, 'readout'))
      throw new Error(`model: cell "${cell.name}" has an axis "readout", which is the name of the readout's own`);
  }
  if (options.wiring && options.units !== undefined)
    throw new Error('model: units is the size of the default wiring; it was given beside a wiring, which has its own');
  if (!options.wiring && options.units === undefined) throw new Error('model: neither wiring nor units was given');
  if (options.units !== undefined) check('model: units', options.units, wholeFrom(1));
  const wiring = options.wiring ?? full(options.units!);
  check('model: wiring.units', wiring.units, wholeFrom(1));
  check('model: wiring.outputs', wiring.outputs, wholeFrom(1));
  if (wiring.outputs > wiring.units)
    throw new Error(`model: wiring has ${wiring.outputs} outputs, but only ${wiring.units} units`);
  const random = generator(seed);
  const features = featuresOf(inputs, missing);
  const connections = connect(wiring, features, missing);
  checkSynapses(`model: wiring "${wiring.name}": sensory`, connections.sensory, features, wiring.units);
  checkSynapses(`model: wiring "${wiring.name}": recurrent`, connections.recurrent, wiring.units, wiring.units);
  checkLayers(`model: wiring "${wiring.name}"`, connections);
  if (!connections.full && !Object.values(cell.params).some((p) => p.wired))
    throw new Error(
      `model: cell "${cell.name}" has no wired parameter, so it cannot obey the wiring "${wiring.name}"; use a full one`,
    );
  const sizes: Record<string, number> = {
    input: features,
    state: wiring.units,
    motor: wiring.outputs,
    ...Object.fromEntries(connections.layers.map((neurons, k) => [`layer${k}`, neurons.length])),
    ...cell.axes,
    ...(readout ? { readout: readout.outputs } : {}),
  };
  for (const [name, axes] of [
    ...Object.entries(cell.states),
    ...Object.entries(cell.params).map(([name, { axes }]) => [name, axes] as const),
  ]) {
    const unknown = axes.find((axis) => !Object.hasOwn(sizes, axis));
    if (unknown !== undefined)
      throw new Error(
        `model: "${name}" of cell "${cell.name}" has the axis "${unknown}", but a "${wiring.name}" wiring has no such axis`,
      );
  }
  const layout: Slot[] = [];
  const values: number[] = [];
  for (const [name, declaration] of Object.entries(declarations(cell, readout))) {
    if (declaration.kind === 'constant') continue;
    const relation = declaration.wired ? cell.relations[name]! : undefined;
    const synapses = relation === undefined ? undefined : synapsesOf(connections, relation);
    const shape = synapses ? [synapses.source.length] : declaration.axes.map((axis) => sizes[axis]!);
    const size = shape.reduce((a, b) => a * b, 1);
    layout.push({
      name,
      shape,
      axes: declaration.axes,
      ...(relation ? { relation } : {}),
      offset: values.length,
      size,
    });
    const draw = drawer(declaration, sizes, random, connections, synapses);
    for (let k = 0; k < size; k++) values.push(stored(draw(k), declaration, constraints));
  }
  return {
    cell,
    inputs,
    outputs: readout?.outputs ?? sizes[cell.output]!,
    connections,
    sizes,
    solver,
    unfolds,
    ...(maxStep === undefined ? {} : { maxStep }),
    interpolation,
    ...(missing === undefined ? {} : { missing }),
    constraints,
    ...(readout ? { readout } : {}),
    timeUnit,
    seed,
    layout,
    parameters: Float64Array.from(values),
  };
}

function connect(wiring: Wiring, features: number, missing: Missing | undefined): Connections {
  try {
    return wiring.connect(features);
  } catch (error) {
    if (missing !== 'hold') throw error;
    throw new Error(`${(error as Error).message}; with missing "hold" the time since each input was seen is one more`);
  }
}

function checkLayers(where: string, { layers, units }: Connections): void {
  const named = new Set<number>();
  layers.forEach((neurons, k) => {
    for (const neuron of neurons) {
      if (!(Number.isInteger(neuron) && neuron >= 0 && neuron < units) || named.has(neuron))
        throw new Error(
          `${where}: layers[${k}] names neuron ${neuron}, but wants whole numbers from 0 to ${units - 1}, each once in all layers`,
        );
      named.add(neuron);
    }
  });
}

/**
 * The synapses of a relation such as `input->state` or `layer0->layer1`, numbered within its two axes: of the sensory ones if it starts
 * at the inputs, else of the recurrent ones. Throws when no synapses lead from the one axis to the other.
 */
export function synapsesOf({ sensory, recurrent, units, inputs, layers }: Connections, relation: string): Synapses {
  const [from, to] = relation.split('->') as [string, string];
  const all = from === 'input' ? sensory : recurrent;
  if ((from === 'input' || from === 'state') && to === 'state') return all;
  /** The place on an axis of every neuron; −1 where it is not on it. */
  const positions = (axis: string): Int32Array => {
    const neurons = axis === 'state' ? Int32Array.from({ length: units }, (_, k) => k) : layers[Number(axis.slice(5))];
    if (!neurons || !/^(state|layer\d+)$/.test(axis))
      throw new Error(
        `model: a parameter is wired along ${relation}, but synapses lead from input, state or a layer to state or a layer, and this wiring has ${layers.length === 1 ? 'one layer' : `${layers.length} layers`}`,
      );
    const at = new Int32Array(units).fill(-1);
    neurons.forEach((neuron, k) => {
      at[neuron] = k;
    });
    return at;
  };
  const sources = from === 'input' ? Int32Array.from({ length: inputs }, (_, k) => k) : positions(from);
  const targets = positions(to);
  const found = Array.from(all.source, (_, k) => k)
    .filter((k) => sources[all.source[k]!]! >= 0 && targets[all.target[k]!]! >= 0)
    .sort(
      (a, b) =>
        targets[all.target[a]!]! - targets[all.target[b]!]! || sources[all.source[a]!]! - sources[all.source[b]!]!,
    );
  return {
    source: Int32Array.from(found, (k) => sources[all.source[k]!]!),
    target: Int32Array.from(found, (k) => targets[all.target[k]!]!),
    polarity: Int8Array.from(found, (k) => all.polarity[k]!),
  };
}

/** What a model learns: the cell's declarations, then the readout's. */
export function declarations(cell: Cell, readout?: Readout): Readonly<Record<string, Declaration>> {
  if (!readout) return cell.params;
  const plain = { kind: 'parameter', wired: false, constraint: 'none' } as const;
  return {
    ...cell.params,
    readout_W: { ...plain, axes: ['readout', cell.output], initial: 'glorot' },
    readout_b: { ...plain, axes: ['readout'], initial: { lo: 0, hi: 0 } },
  };
}

/** What is stored so that the equation sees `value`. */
function stored(value: number, { constraint }: Declaration, constraints: Constraints): number {
  if (constraints !== 'softplus' || constraint === 'none') return value;
  if (constraint === 'positive') return value > 30 ? value : Math.log(Math.expm1(value));
  const share = Math.min(1 - 1e-9, Math.max(1e-9, (value - constraint.lo) / (constraint.hi - constraint.lo)));
  return Math.log(share / (1 - share));
}

function drawer(
  declaration: Declaration,
  sizes: Readonly<Record<string, number>>,
  random: Random,
  { sensory, recurrent }: Connections,
  synapses?: Synapses,
): (k: number) => number {
  const { initial, axes } = declaration;
  if (initial === 'sign') return (k) => synapses?.polarity[k] ?? (random.integer(3) === 0 ? -1 : 1);
  const limit = initial === 'glorot' ? Math.sqrt(6 / axes.reduce((total, axis) => total + sizes[axis]!, 0)) : 0;
  const { lo, hi, log, perSynapse = 0 }: InitialRange = initial === 'glorot' ? { lo: -limit, hi: limit } : initial;
  const from = (lo: number, hi: number) => (lo === hi ? lo : lo + (hi - lo) * random.uniform());
  const leadingTo = (k: number) =>
    [sensory, recurrent].reduce((n, { target }) => n + target.reduce((m, unit) => (unit === k ? m + 1 : m), 0), 0);
  const factor = perSynapse === 0 ? () => 1 : (k: number) => 1 + perSynapse * leadingTo(k);
  return (k) => factor(k) * (log ? Math.exp(from(Math.log(lo), Math.log(hi))) : from(lo, hi));
}

/** Whether inputs may be NaN. */
export const allowsMissing = ({ cell, missing }: Pick<Model, 'cell' | 'missing'>): boolean =>
  missing !== undefined || cell.takesMissing;

/** Inputs that the cell sees: `hold` adds the time since each was seen. */
export const featuresOf = (inputs: number, missing: Missing | undefined): number =>
  missing === 'hold' ? 2 * inputs : inputs;

/** What stands for each input where it is missing. */
export const substitutes = ({ missing, inputs }: Pick<Model, 'missing' | 'inputs'>): readonly number[] =>
  typeof missing === 'object' ? missing.mean : new Array<number>(inputs).fill(0);

function checkMissing(missing: Missing | undefined, inputs: number, cell: Cell): void {
  if (missing === undefined) return;
  if (cell.takesMissing)
    throw new Error(
      `model: missing is given, but cell "${cell.name}" reads "seen" and takes missing inputs as they are; leave missing out`,
    );
  if (typeof missing === 'string') {
    check('model: missing', missing, oneOf('hold', 'zero', 'mean'));
    if ((missing as string) === 'mean')
      throw new Error('model: missing is "mean", but the means are wanted too: { mean: [one number per input] }');
  } else if (missing.mean?.length !== inputs || !missing.mean.every(Number.isFinite))
    throw new Error(`model: missing.mean is [${missing.mean}], but must be ${inputs} finite numbers, one per input`);
}

/** Refuse a name, or a function that was not called, where what it stands for is wanted. */
function made(name: 'cell' | 'solver' | 'wiring', value: object, field: string): void {
  if (typeof value === 'object' && value !== null && field in value) return;
  const given = typeof value === 'function' ? 'a function' : JSON.stringify(value);
  throw new Error(`model: ${name} is ${given}, but must be a ${name} itself, such as those in rivulet/${name}s`);
}
