import { type Cell, type CellData, cellFromData, cellToData } from '../cells/cell.ts';
import { drivers } from '../drivers/index.ts';
import { type Constraints, declarations, featuresOf, type Missing, type Model, model, type Readout } from '../model.ts';
import { withParameters } from '../network.ts';
import { type Drive, solver } from '../solvers/solver.ts';
import { type Connections, checkSynapses, type Synapses, type Wiring } from '../wirings/wiring.ts';
import type { Safetensors, Writable } from './safetensors.ts';
import {
  compoundOr,
  fields,
  listOf,
  number,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  truth,
  whole,
} from './shape.ts';

/** Everything about a model that is not an array, as JSON. */
export interface ModelData {
  readonly cell: CellData;
  readonly wiring: {
    readonly name: string;
    readonly inputs: number;
    readonly units: number;
    readonly outputs: number;
    /** Neurons of each layer; absent where there is one layer of all. */
    readonly layers?: Connections['layers'];
  };
  readonly solver: {
    readonly name: string;
    readonly order: number;
    readonly stability: number | 'none';
    readonly step: string;
    /** Since version 2. */
    readonly drive?: Drive;
  };
  readonly unfolds: number;
  readonly maxStep?: number;
  /** Absent in version 1, where the input is held. */
  readonly interpolation?: Model['interpolation'];
  readonly missing?: Missing;
  readonly constraints: Constraints;
  readonly readout?: Readout;
  readonly timeUnit: number;
  readonly seed: number;
}

const range = fields({ lo: number, hi: number });
const initialRange = fields({ lo: number, hi: number, log: optional(truth), perSynapse: optional(number) });

const drives = {
  implicit: fields({ theta: number, iterations: whole }),
  adaptive: fields({
    a: listOf(listOf(number)),
    error: listOf(number),
    dense: listOf(listOf(number)),
    rtol: number,
    atol: number,
    maxSteps: whole,
  }),
} satisfies Record<Drive['kind'], Shape>;

const driveShape: Shape = (value, at) => {
  fields({ kind: oneOf(...Object.keys(drives)) })(value, at);
  drives[(value as Drive).kind](value, at);
};

/** What {@link ModelData} must look like; what its values mean is checked by those who use them. */
export const modelShape = fields({
  cell: fields({
    name: text,
    paper: text,
    equation: text,
    states: recordOf(listOf(text)),
    axes: recordOf(whole),
    params: recordOf(
      fields({
        kind: oneOf('parameter', 'constant'),
        axes: listOf(text),
        wired: truth,
        constraint: compoundOr(range, oneOf('none', 'positive')),
        initial: compoundOr(initialRange, oneOf('sign', 'glorot')),
        value: optional(compoundOr(listOf(number), number)),
      }),
    ),
  }),
  wiring: fields({
    name: text,
    inputs: whole,
    units: whole,
    outputs: whole,
    layers: optional(listOf(listOf(whole))),
  }),
  solver: fields({
    name: text,
    order: number,
    stability: (value, at) => (typeof value === 'string' ? oneOf('none') : number)(value, at),
    step: text,
    drive: optional(driveShape),
  }),
  unfolds: whole,
  maxStep: optional(number),
  interpolation: optional(oneOf('hold', 'linear')),
  missing: optional(compoundOr(fields({ mean: listOf(number) }), oneOf('hold', 'zero'))),
  constraints: oneOf('softplus', 'clip', 'none'),
  readout: optional(fields({ outputs: whole, when: oneOf('every', 'last') })),
  timeUnit: number,
  seed: whole,
});

const polarities = (synapses: Synapses): Record<string, Int32Array> => ({
  source: synapses.source,
  target: synapses.target,
  polarity: Int32Array.from(synapses.polarity),
});

/** The values of a parameter array. Throws when one is not a finite number; `act` is what was to be done with them. */
function finite<T extends ArrayLike<number>>(act: 'save' | 'load', name: string, values: T): T {
  const bad = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new Error(
    `${act}: tensor "${name}" holds ${values[bad]} at entry ${bad}, but parameters must be finite numbers`,
  );
}

/**
 * A model's data; its arrays go to `tensors`, parameters under their names and the wiring as edge lists, all with `prefix` in front.
 * Throws when a parameter is not finite.
 */
export function modelToData(of: Model, prefix: string, tensors: Map<string, Writable>): ModelData {
  for (const { name, shape, offset, size } of of.layout)
    tensors.set(prefix + name, {
      shape,
      data: finite('save', prefix + name, of.parameters.slice(offset, offset + size)),
    });
  for (const part of ['sensory', 'recurrent'] as const) {
    for (const [name, data] of Object.entries(polarities(of.connections[part])))
      tensors.set(`${prefix}wiring.${part}.${name}`, { shape: [data.length], data });
  }
  const { name, order, stability, step, drive } = of.solver;
  return {
    cell: cellToData(of.cell),
    wiring: {
      name: of.connections.full ? 'full' : 'custom',
      inputs: of.inputs,
      units: of.connections.units,
      outputs: of.connections.outputs,
      ...(of.connections.layers.length > 1 ? { layers: of.connections.layers } : {}),
    },
    solver: {
      name,
      order,
      stability: Number.isFinite(stability) ? stability : 'none',
      step: step.source,
      ...(drive ? { drive } : {}),
    },
    unfolds: of.unfolds,
    ...(of.maxStep === undefined ? {} : { maxStep: of.maxStep }),
    interpolation: of.interpolation,
    ...(of.missing === undefined ? {} : { missing: of.missing }),
    constraints: of.constraints,
    ...(of.readout ? { readout: of.readout } : {}),
    timeUnit: of.timeUnit,
    seed: of.seed,
  };
}

/** The model of data that {@link modelToData} made, its arrays read from a file. Throws an error that says what is wrong with it. */
export function modelFromData(saved: ModelData, prefix: string, file: Safetensors): Model {
  const { stability, drive, ...named } = saved.solver;
  const cell = cellFromData(saved.cell);
  checkSizes(saved, cell, prefix, file);
  const fresh = model({
    cell,
    inputs: saved.wiring.inputs,
    wiring: wiringFrom(file, prefix, saved),
    solver: solver({
      ...named,
      stability: stability === 'none' ? Number.POSITIVE_INFINITY : stability,
      ...(drive ? { drive, driver: drivers[drive.kind] } : {}),
    }),
    ...(saved.maxStep === undefined ? { unfolds: saved.unfolds } : { maxStep: saved.maxStep }),
    interpolation: saved.interpolation ?? 'hold',
    ...(saved.missing === undefined ? {} : { missing: saved.missing }),
    constraints: saved.constraints,
    ...(saved.readout ? { readout: saved.readout } : {}),
    timeUnit: saved.timeUnit,
    seed: saved.seed,
  });
  const parameters = new Float64Array(fresh.parameters.length);
  for (const slot of fresh.layout) parameters.set(tensor(file, prefix + slot.name, slot.size), slot.offset);
  return withParameters({ ...fresh, unfolds: saved.unfolds }, parameters);
}

/** Refuse sizes that are not those of the file's own arrays, before anything as large is made. */
function checkSizes({ wiring, missing, readout }: ModelData, cell: Cell, prefix: string, file: Safetensors): void {
  const layers = wiring.layers?.map((neurons) => neurons.length) ?? [wiring.units];
  const sizes: Readonly<Record<string, number>> = {
    input: featuresOf(wiring.inputs, missing),
    state: wiring.units,
    motor: wiring.outputs,
    ...Object.fromEntries(layers.map((size, k) => [`layer${k}`, size])),
    ...cell.axes,
    ...(readout ? { readout: readout.outputs } : {}),
  };
  for (const [name, { kind, wired, axes }] of Object.entries(declarations(cell, readout))) {
    // The model refuses an axis that there is not, by its name.
    if (kind === 'constant' || wired || !axes.every((axis) => Object.hasOwn(sizes, axis))) continue;
    tensor(
      file,
      prefix + name,
      axes.reduce((product, axis) => product * sizes[axis]!, 1),
    );
  }
}

function tensor(file: Safetensors, name: string, size: number): ArrayLike<number> {
  const found = file.tensors.get(name);
  if (!found) throw new Error(`load: the file has no tensor "${name}"`);
  if (found.data.length !== size)
    throw new Error(`load: tensor "${name}" has ${found.data.length} entries, but the model needs ${size}`);
  return finite('load', name, found.data);
}

function wiringFrom(file: Safetensors, prefix: string, { wiring, missing }: ModelData): Wiring {
  const { name, units, outputs, layers = [Array.from({ length: units }, (_, id) => id)] } = wiring;
  const inputs = featuresOf(wiring.inputs, missing);
  const read = (part: string, sources: number): Synapses => {
    const of = (array: string) => {
      const name = `${prefix}wiring.${part}.${array}`;
      const found = file.tensors.get(name);
      if (!found) throw new Error(`load: the file has no tensor "${name}"`);
      return found.data;
    };
    const [source, target, polarity] = [of('source'), of('target'), of('polarity')];
    checkSynapses(`load: ${prefix}wiring.${part}`, { source, target, polarity }, sources, units);
    return { source: Int32Array.from(source), target: Int32Array.from(target), polarity: Int8Array.from(polarity) };
  };
  const sensory = read('sensory', inputs);
  const recurrent = read('recurrent', units);
  const full = sensory.source.length === inputs * units && recurrent.source.length === units * units;
  return { name, units, outputs, connect: () => ({ inputs, units, outputs, full, sensory, recurrent, layers }) };
}
