import { synaptic } from '../cells/synaptic.ts';
import { readSafetensors, type Safetensors } from '../formats/safetensors.ts';
import { type Model, model, type Slot, synapsesOf, withParameters } from '../model.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { custom } from '../wirings/custom.ts';

/** How far one array is from its reference. */
export interface Comparison {
  readonly array: string;
  /** Largest difference over the largest slot of the reference; for `order`, the difference from the stated order. */
  readonly error: number;
  readonly tolerance: number;
  readonly agrees: boolean;
}

/** The comparisons of one backend, precision or solver. */
export interface Run {
  readonly name: string;
  readonly comparisons: readonly Comparison[];
}

/** The outcome of one reference file. */
export type Conformity =
  | {
      readonly kind: 'compared';
      readonly name: string;
      readonly source: string;
      readonly runs: readonly Run[];
      readonly agrees: boolean;
    }
  | { readonly kind: 'skipped'; readonly name: string; readonly why: string };

type Numbers = ArrayLike<number>;
/** An array of a file by name and, where given, of this shape; or an error that lists the names, or says the shape, that there is. */
type Arrays = ((
  name: string,
  ...shape: readonly number[]
) => { readonly data: Numbers; readonly shape: readonly number[] }) & {
  has(name: string): boolean;
};

const engines = [
  { name: 'javascript float64', backend: 'javascript', precision: 'float64', value: 1e-9, gradient: 1e-9 },
  { name: 'wasm float64', backend: 'wasm', precision: 'float64', value: 1e-9, gradient: 1e-9 },
  { name: 'wasm float32', backend: 'wasm', precision: 'float32', value: 2e-5, gradient: 2e-4 },
] as const;

/** Compare this library with a reference file, on each backend and precision; `answers` is the `.io` file of a state dict. */
export function conform(name: string, bytes: Uint8Array, answers?: Uint8Array): Conformity {
  const { tensors, metadata } = readSafetensors(bytes);
  const arrays = named(tensors);
  const { source = 'no source stated' } = metadata;
  const compared = (runs: readonly Run[]): Conformity => ({
    kind: 'compared',
    name,
    source,
    runs,
    agrees: runs.every((run) => run.comparisons.every((each) => each.agrees)),
  });
  const skipped = (why: string): Conformity => ({ kind: 'skipped', name, why });
  if (metadata.module !== undefined) {
    if (metadata.module !== 'LTC') return skipped(`not supported yet: module '${metadata.module}'`);
    const other = [...tensors.keys()].find((key) => !key.startsWith('rnn_cell.'));
    if (other !== undefined) return skipped(`not supported yet: a module that holds "${other}"`);
    if (answers === undefined)
      return skipped('a state dict is compared by its .io.safetensors file, which is not beside it');
    return compared(stateDict(arrays, named(readSafetensors(answers).tensors)));
  }
  if (metadata.cell === 'ltc') return compared(reference(arrays, metadata));
  if (metadata.cell !== undefined) return skipped(`not supported yet: cell '${metadata.cell}'`);
  if (arrays.has('param.gleak') && arrays.has('io.h') && !arrays.has('io.y')) return compared(trajectories(arrays));
  return skipped(`not supported yet: ${source}`);
}

/** A cell file: outputs, states and loss, and the gradient of each array. */
function reference(arrays: Arrays, metadata: Readonly<Record<string, string>>) {
  const option = (key: string, otherwise: number) => {
    const value = Number(metadata[key] ?? otherwise);
    if (value >= 0) return value;
    throw new Error(`metadata ${key} is ${metadata[key]}; wanted a number`);
  };
  const [batch = 0, steps = 0, outputs = 0] = arrays('io.y').shape;
  const net = built(arrays, 'param.', {
    outputs,
    epsilon: option('epsilon', 1e-8),
    unfolds: option('ode_unfolds', 6),
    constraints: /^true$/i.test(metadata.implicit_param_constraints ?? '') ? 'softplus' : 'none',
  });
  const { inputs, connections } = net;
  arrays('io.x', batch, steps, inputs);
  arrays('io.dt', batch, steps);
  arrays('io.h0', batch, connections.units);
  const sequences = {
    batch,
    steps,
    x: arrays('io.x').data,
    dt: arrays('io.dt').data,
    initial: arrays('io.h0').data,
  };
  const cotangent = arrays('io.cotangent').data;
  return engines.map(({ name, value, gradient, ...engine }): Run => {
    const it = program(net, engine);
    const { outputs: y, states = [] } = it.forward(sequences, { tape: true, states: true });
    const back = it.backward(cotangent);
    let loss = 0;
    let size = 0;
    for (let i = 0; i < cotangent.length; i++) {
      loss += y[i]! * cotangent[i]!;
      size += Math.abs(y[i]! * cotangent[i]!);
    }
    const comparisons = [
      compare('y', y, arrays('io.y').data, value),
      compare('h', states, arrays('io.h').data, value),
      // Its terms may cancel, so that the loss itself is no measure of the error.
      compare('loss', [loss], arrays('io.loss').data, value, size),
      compare('grad x', back.x, arrays('io.grad_x').data, gradient),
      compare('grad h0', back.initial, arrays('io.grad_h0').data, gradient),
      ...net.layout
        .filter((each) => arrays.has(`grad.${each.name}`))
        .map((each) =>
          compare(
            `grad ${each.name}`,
            scattered(net, back.parameters, each),
            arrays(`grad.${each.name}`).data,
            gradient,
          ),
        ),
    ];
    return { name, comparisons };
  });
}

/** A state dict of the Python package, in float32, so its own rounding bounds the agreement of every engine. */
function stateDict(arrays: Arrays, io: Arrays): Run[] {
  const net = built(arrays, 'rnn_cell.', {
    outputs: io('y').shape[2] ?? 0,
    unfolds: 6,
    constraints: 'softplus',
  });
  const { batch, steps } = extent(io('x').shape);
  const sequences = { batch, steps, x: io('x').data };
  return engines.map(({ name, backend, precision }) => {
    const { outputs, final } = program(net, { backend, precision }).forward(sequences);
    return { name, comparisons: [compare('y', outputs, io('y').data, 2e-5), compare('h', final, io('h').data, 2e-5)] };
  });
}

const orders = [
  { name: 'semi-implicit', tolerance: 5e-3 },
  { name: 'exponential', tolerance: 2e-3 },
] as const;

/** A stiff reference solution: the order between 96 and 384 sub-steps an interval, and the error at 384. */
function trajectories(arrays: Arrays): Run[] {
  const units = arrays('param.gleak').data.length;
  const { steps } = extent([1, ...arrays('io.x').shape]);
  const sequences = {
    batch: 1,
    steps,
    x: arrays('io.x').data,
    dt: arrays('io.dt').data,
    initial: arrays('io.h0').data,
  };
  const wanted = arrays('io.h').data;
  return orders.map(({ name, tolerance }) => {
    const [coarse, fine] = [96, 384].map((unfolds) => {
      const options = {
        outputs: units,
        epsilon: 0,
        constraints: 'none',
        solver: name,
      } as const;
      const net = built(arrays, 'param.', { ...options, unfolds });
      const it = program(net, { backend: 'wasm', precision: 'float64' });
      return compare('h at 384', it.forward(sequences, { states: true }).states ?? [], wanted, tolerance);
    });
    const { order } = solvers[name];
    const error = Math.abs(Math.log(coarse!.error / fine!.error) / Math.log(384 / 96) - order);
    return { name, comparisons: [fine!, { array: `order ${order}`, error, tolerance: 0.05, agrees: error <= 0.05 }] };
  });
}

interface Construction {
  readonly outputs: number;
  readonly epsilon?: number;
  readonly unfolds: number;
  readonly constraints: 'softplus' | 'none';
  readonly solver?: 'semi-implicit' | 'exponential';
}

/** The synaptic model with the reference's wiring, maps and parameters; arrays are named `prefix` + parameter. */
function built(arrays: Arrays, prefix: string, options: Construction): Model {
  const { outputs, epsilon = 1e-8, unfolds, constraints, solver = 'semi-implicit' } = options;
  const inputs = arrays(`${prefix}sensory_w`).shape[0]!;
  const units = arrays(`${prefix}w`).shape[0]!;
  const map = (name: string) =>
    arrays.has(`${prefix}${name}_b`) ? 'affine' : arrays.has(`${prefix}${name}_w`) ? 'linear' : 'none';
  const mask = (name: string, rows: number) => {
    const found = arrays.has(`${prefix}${name}`) ? arrays(`${prefix}${name}`).data : undefined;
    return Array.from({ length: rows }, (_, i) =>
      Array.from({ length: units }, (_, j) => (found ? Math.sign(found[i * units + j]!) : 1)),
    );
  };
  const empty = model({
    cell: synaptic({ input: map('input'), output: map('output'), epsilon }),
    inputs,
    wiring: custom(mask('sparsity_mask', units), mask('sensory_sparsity_mask', inputs), outputs),
    solver: solvers[solver],
    unfolds,
    constraints,
  });
  const parameters = new Float64Array(empty.parameters.length);
  for (const slot of empty.layout) {
    const shape = slot.axes.map((axis) => empty.sizes[axis]!);
    gather(empty, slot, arrays(`${prefix}${slot.name}`, ...shape).data, parameters);
  }
  return withParameters(empty, parameters);
}

/** The place of each entry in the reference's dense array (row = source, column = target); undefined where it is not wired. */
function places({ connections }: Model, { relation }: Slot): Int32Array | undefined {
  const synapses = relation === undefined ? undefined : synapsesOf(connections, relation);
  return synapses?.source.map((from, k) => from * connections.units + synapses.target[k]!);
}

function gather(net: Model, slot: Slot, dense: Numbers, into: Float64Array): void {
  const at = places(net, slot);
  for (let k = 0; k < slot.size; k++) into[slot.offset + k] = dense[at ? at[k]! : k]!;
}

/** One array of a flat gradient in the reference's dense order, 0 where there is no synapse. */
function scattered(net: Model, flat: Numbers, slot: Slot): Float64Array {
  const at = places(net, slot);
  const dense = new Float64Array(slot.axes.reduce((size, axis) => size * net.sizes[axis]!, 1));
  for (let k = 0; k < slot.size; k++) dense[at ? at[k]! : k] = flat[slot.offset + k]!;
  return dense;
}

/** Compare two lists of numbers; `size` is what the error is relative to. */
function compare(
  array: string,
  given: Numbers,
  wanted: Numbers,
  tolerance: number,
  size = largest(wanted),
): Comparison {
  if (given.length !== wanted.length) {
    throw new Error(`conform: ${array} has ${given.length} numbers, the reference ${wanted.length}`);
  }
  let error = 0;
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(given[i]! - wanted[i]!);
    if (!(difference <= error)) error = difference;
    if (Number.isNaN(difference)) break;
  }
  const relative = error === 0 ? 0 : error / size;
  return { array, error: relative, tolerance, agrees: relative <= tolerance };
}

function largest(values: Numbers): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) size = Math.max(size, Math.abs(values[i]!));
  return size;
}

function named(tensors: Safetensors['tensors']): Arrays {
  const find = (name: string, ...shape: readonly number[]) => {
    const found = tensors.get(name);
    if (!found) throw new Error(`there is no array "${name}"; it holds ${[...tensors.keys()].join(', ')}`);
    if (shape.length > 0 && shape.join() !== found.shape.join()) {
      throw new Error(`array "${name}" is (${found.shape.join(', ')}); wanted (${shape.join(', ')})`);
    }
    return { data: Float64Array.from(found.data as Numbers, Number), shape: found.shape };
  };
  return Object.assign(find, { has: (name: string) => tensors.has(name) });
}

function extent(shape: readonly number[]): { batch: number; steps: number } {
  const [batch = 0, steps = 0] = shape;
  return { batch, steps };
}
