import { type CellData, cellFromData, cellToData } from '../cells/cell.ts';
import { type Constraints, type Model, model, type Readout, withParameters } from '../model.ts';
import { solver } from '../solvers/solver.ts';
import { checkSynapses, type Synapses, type Wiring } from '../wirings/wiring.ts';
import { readSafetensors, type Safetensors, type Writable, writeSafetensors } from './safetensors.ts';
import { compoundOr, fields, listOf, number, oneOf, optional, recordOf, text, truth, whole } from './shape.ts';

/** The version that this library writes; it reads every version up to it. */
const VERSION = 1;

/** Everything about a model that is not an array: kept as JSON in the file's metadata. */
interface Configuration {
  readonly version: number;
  readonly cell: CellData;
  readonly wiring: { readonly name: string; readonly inputs: number; readonly units: number; readonly outputs: number };
  readonly solver: {
    readonly name: string;
    readonly order: number;
    readonly stability: number | 'none';
    readonly step: string;
  };
  readonly unfolds: number;
  readonly maxStep?: number;
  readonly constraints: Constraints;
  readonly readout?: Readout;
  readonly timeUnit: number;
  readonly seed: number;
}

const range = fields({ lo: number, hi: number });

/** What {@link Configuration} must look like in JSON; what its values mean is checked by those who use them. */
const configuration = fields({
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
        initial: compoundOr(range, oneOf('sign', 'glorot')),
        value: optional(compoundOr(listOf(number), number)),
      }),
    ),
  }),
  wiring: fields({ name: text, inputs: whole, units: whole, outputs: whole }),
  solver: fields({
    name: text,
    order: number,
    stability: (value, at) => (typeof value === 'string' ? oneOf('none') : number)(value, at),
    step: text,
  }),
  unfolds: whole,
  maxStep: optional(number),
  constraints: oneOf('softplus', 'clip', 'none'),
  readout: optional(fields({ outputs: whole, when: oneOf('every', 'last') })),
  timeUnit: number,
  seed: whole,
});

/** A model read from a file, and the notes that were saved beside it (scalers, input names). */
export interface SavedModel {
  readonly model: Model;
  readonly notes: Readonly<Record<string, string>>;
}

const polarities = (synapses: Synapses): Record<string, Int32Array> => ({
  source: synapses.source,
  target: synapses.target,
  polarity: Int32Array.from(synapses.polarity),
});

/** Write a whole model as one safetensors file: parameters under their names, the wiring as edge lists, all else as metadata. */
export function saveModel(of: Model, notes: Readonly<Record<string, string>> = {}): Uint8Array {
  const tensors = new Map<string, Writable>();
  for (const { name, shape, offset, size } of of.layout)
    tensors.set(name, { shape, data: of.parameters.slice(offset, offset + size) });
  for (const part of ['sensory', 'recurrent'] as const) {
    for (const [name, data] of Object.entries(polarities(of.connections[part])))
      tensors.set(`wiring.${part}.${name}`, { shape: [data.length], data });
  }
  const { name, order, stability, step } = of.solver;
  const configuration: Configuration = {
    version: VERSION,
    cell: cellToData(of.cell),
    wiring: {
      name: of.connections.full ? 'full' : 'custom',
      inputs: of.inputs,
      units: of.connections.units,
      outputs: of.connections.outputs,
    },
    solver: { name, order, stability: Number.isFinite(stability) ? stability : 'none', step: step.source },
    unfolds: of.unfolds,
    ...(of.maxStep === undefined ? {} : { maxStep: of.maxStep }),
    constraints: of.constraints,
    ...(of.readout ? { readout: of.readout } : {}),
    timeUnit: of.timeUnit,
    seed: of.seed,
  };
  return writeSafetensors(tensors, { ...notes, rivulet: JSON.stringify(configuration) });
}

/** Read a model from a file that {@link saveModel} wrote. Throws an error that says what is wrong with it. */
export function loadModel(bytes: Uint8Array): SavedModel {
  const file = readSafetensors(bytes);
  const { rivulet, ...notes } = file.metadata;
  if (rivulet === undefined)
    throw new Error('load: this safetensors file holds no Rivulet model: its metadata has no "rivulet" entry');
  const saved = parse(rivulet);
  const { name, order, stability, step } = saved.solver;
  const fresh = model({
    cell: cellFromData(saved.cell),
    inputs: saved.wiring.inputs,
    wiring: wiringFrom(file, saved.wiring),
    solver: solver({ name, order, stability: stability === 'none' ? Number.POSITIVE_INFINITY : stability, step }),
    ...(saved.maxStep === undefined ? { unfolds: saved.unfolds } : { maxStep: saved.maxStep }),
    constraints: saved.constraints,
    ...(saved.readout ? { readout: saved.readout } : {}),
    timeUnit: saved.timeUnit,
    seed: saved.seed,
  });
  const parameters = new Float64Array(fresh.parameters.length);
  for (const slot of fresh.layout) parameters.set(tensor(file, slot.name, slot.size), slot.offset);
  return { model: withParameters({ ...fresh, unfolds: saved.unfolds }, parameters), notes };
}

function parse(json: string): Configuration {
  let saved: Configuration;
  try {
    saved = JSON.parse(json) as Configuration;
  } catch (error) {
    throw new Error(`load: the "rivulet" entry of the metadata is not JSON: ${(error as Error).message}`);
  }
  fields({ version: whole })(saved, 'load: rivulet');
  if (!(saved.version >= 1 && saved.version <= VERSION))
    throw new Error(
      `load: the file has version ${saved.version}, but this library reads versions 1 to ${VERSION}; a newer Rivulet wrote it`,
    );
  configuration(saved, 'load: rivulet');
  return saved;
}

function tensor(file: Safetensors, name: string, size: number): ArrayLike<number> {
  const found = file.tensors.get(name);
  if (!found) throw new Error(`load: the file has no tensor "${name}"`);
  if (found.data.length !== size)
    throw new Error(`load: tensor "${name}" has ${found.data.length} entries, but the model needs ${size}`);
  return found.data;
}

function wiringFrom(file: Safetensors, { name, inputs, units, outputs }: Configuration['wiring']): Wiring {
  const read = (part: string, sources: number): Synapses => {
    const of = (array: string) => {
      const found = file.tensors.get(`wiring.${part}.${array}`);
      if (!found) throw new Error(`load: the file has no tensor "wiring.${part}.${array}"`);
      return found.data;
    };
    const [source, target, polarity] = [of('source'), of('target'), of('polarity')];
    checkSynapses(`load: wiring.${part}`, { source, target, polarity }, sources, units);
    return { source: Int32Array.from(source), target: Int32Array.from(target), polarity: Int8Array.from(polarity) };
  };
  const sensory = read('sensory', inputs);
  const recurrent = read('recurrent', units);
  const full = sensory.source.length === inputs * units && recurrent.source.length === units * units;
  return { name, units, outputs, connect: () => ({ inputs, units, outputs, full, sensory, recurrent }) };
}
