import type { Cell, Declaration } from './cells/cell.ts';
import { random as generator, type Random } from './random.ts';
import { semiImplicit } from './solvers/semi-implicit.ts';
import type { Solver } from './solvers/solver.ts';
import { full } from './wirings/full.ts';
import { type Connections, checkSynapses, type Synapses, type Wiring } from './wirings/wiring.ts';

/** What the parameters that a cell declares positive or bounded are kept by. */
export type Constraints = 'softplus' | 'clip' | 'none';

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
  readonly cell: Cell;
  readonly inputs: number;
  /** Which synapses exist; default `full(units)`. */
  readonly wiring?: Wiring;
  /** Units of the default wiring. */
  readonly units?: number;
  /** Default semi-implicit, the fused solver. */
  readonly solver?: Solver;
  /** Sub-steps per sample; default 6. */
  readonly unfolds?: number;
  readonly maxStep?: number;
  /** Default softplus. */
  readonly constraints?: Constraints;
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
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new Error(`model: there is no option "${name}"; the options are ${known.join(', ')}`);
  }
  const { cell, inputs, readout, maxStep } = options;
  const { solver = semiImplicit, constraints = 'softplus', timeUnit = 1, seed = 0, unfolds = 6 } = options;
  whole('inputs', inputs);
  whole('unfolds', unfolds);
  positiveNumber('timeUnit', timeUnit);
  if (maxStep !== undefined) positiveNumber('maxStep', maxStep);
  if (maxStep !== undefined && options.unfolds !== undefined)
    throw new Error('model: unfolds and maxStep both given; sub-steps go by count or by largest step');
  among('constraints', constraints, ['softplus', 'clip', 'none']);
  if (readout) {
    whole('readout.outputs', readout.outputs);
    among('readout.when', readout.when, ['every', 'last']);
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
  if (options.units !== undefined) whole('units', options.units);
  const wiring = options.wiring ?? full(options.units!);
  whole('wiring.units', wiring.units);
  whole('wiring.outputs', wiring.outputs);
  if (wiring.outputs > wiring.units)
    throw new Error(`model: wiring has ${wiring.outputs} outputs, but only ${wiring.units} units`);
  const random = generator(seed);
  const connections = wiring.connect(inputs, random);
  checkSynapses(`model: wiring "${wiring.name}": sensory`, connections.sensory, inputs, wiring.units);
  checkSynapses(`model: wiring "${wiring.name}": recurrent`, connections.recurrent, wiring.units, wiring.units);
  if (!connections.full && !Object.values(cell.params).some((p) => p.wired))
    throw new Error(
      `model: cell "${cell.name}" has no wired parameter, so it cannot obey a "${wiring.name}" wiring; use full(${wiring.units}, ${wiring.outputs})`,
    );
  const sizes: Record<string, number> = {
    input: inputs,
    state: wiring.units,
    motor: wiring.outputs,
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
    const relation = declaration.wired ? relationOf(name, declaration, connections) : undefined;
    const shape = relation
      ? [synapsesOf(connections, relation)!.source.length]
      : declaration.axes.map((axis) => sizes[axis]!);
    const size = shape.reduce((a, b) => a * b, 1);
    layout.push({
      name,
      shape,
      axes: declaration.axes,
      ...(relation ? { relation } : {}),
      offset: values.length,
      size,
    });
    const draw = drawer(declaration, sizes, random, relation ? synapsesOf(connections, relation) : undefined);
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
    constraints,
    ...(readout ? { readout } : {}),
    timeUnit,
    seed,
    layout,
    parameters: Float64Array.from(values),
  };
}

/** The synapses of a relation such as `state->state`, or undefined. */
export function synapsesOf(connections: Connections, relation: string): Synapses | undefined {
  return { 'input->state': connections.sensory, 'state->state': connections.recurrent }[relation];
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

/** The same model with other parameters. Throws when their number differs. */
export function withParameters(of: Model, parameters: ArrayLike<number>): Model {
  if (parameters.length !== of.parameters.length)
    throw new Error(`withParameters: ${parameters.length} parameters given, but the model has ${of.parameters.length}`);
  return { ...of, parameters: Float64Array.from(parameters) };
}

/** The least value of a positive parameter under `clip`, as in the paper's code: capacitances divide. */
const LEAST = 1e-6;

/** Move parameters back inside their constraints, in place; does nothing unless the model's constraints are `clip`. Positive ones stay at 1e-6 or more. */
export function project(of: Model, parameters: Float32Array | Float64Array): void {
  if (of.constraints !== 'clip') return;
  const all = declarations(of.cell, of.readout);
  for (const { name, offset, size } of of.layout) {
    const { constraint } = all[name]!;
    if (constraint === 'none') continue;
    const [lo, hi] = constraint === 'positive' ? [LEAST, Number.POSITIVE_INFINITY] : [constraint.lo, constraint.hi];
    for (let k = offset; k < offset + size; k++) parameters[k] = Math.min(hi, Math.max(lo, parameters[k]!));
  }
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
  synapses?: Synapses,
): (k: number) => number {
  const { initial, axes } = declaration;
  if (initial === 'sign') return (k) => synapses?.polarity[k] ?? (random.integer(3) === 0 ? -1 : 1);
  const limit = initial === 'glorot' ? Math.sqrt(6 / axes.reduce((total, axis) => total + sizes[axis]!, 0)) : 0;
  const { lo, hi } = initial === 'glorot' ? { lo: -limit, hi: limit } : initial;
  return lo === hi ? () => lo : () => lo + (hi - lo) * random.uniform();
}

function relationOf(name: string, { axes }: Declaration, connections: Connections): string {
  const [a, b] = axes as [string, string];
  const found = [`${a}->${b}`, `${b}->${a}`].find((relation) => synapsesOf(connections, relation));
  if (!found)
    throw new Error(
      `model: parameter "${name}" is wired from or to [${axes}], but the wiring has synapses input->state and state->state only`,
    );
  return found;
}

function whole(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`model: ${name} is ${value}, but must be a whole number of at least 1`);
}

function among(name: string, value: string, wanted: readonly string[]): void {
  if (!wanted.includes(value))
    throw new Error(
      `model: ${name} is "${value}", but must be ${wanted
        .map((each) => `"${each}"`)
        .join(', ')
        .replace(/, (?=[^,]*$)/, ' or ')}`,
    );
}

function positiveNumber(name: string, value: number): void {
  if (!(value > 0 && Number.isFinite(value)))
    throw new Error(`model: ${name} is ${value}, but must be a positive number`);
}
