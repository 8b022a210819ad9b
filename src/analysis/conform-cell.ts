import type { Arrays } from '../formats/arrays.ts';
import type { Settings } from '../formats/family.ts';
import { scatter } from '../formats/mapping.ts';
import { networkOf, type Origin } from '../formats/origin.ts';
import { models, type Network } from '../network.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { compare, engines, extentOf, type Run, toleranceOf } from './conformity.ts';

/**
 * A cell file: outputs, states and loss, and the gradient of each array, on each engine. `param.` are the reference's arrays, `io.` what went in and
 * came out; what is not in the file is not compared. `precision` is what the reference was computed in.
 */
export function conformCell(
  arrays: Arrays,
  origin: Origin,
  settings: Settings,
  precision: 'float64' | 'float32',
): Run[] {
  const io = arrays.under('io.');
  const outputs = io('y').shape.at(-1)!;
  const net = networkOf(origin, arrays.under('param.'), { ...settings, outputs });
  const { batch, steps } = extentOf(io, 'x');
  io('y', batch, steps, net.outputs);
  const sequences = sequencesOf(net, io, batch, steps);
  const cotangent = io.has('cotangent') ? io('cotangent', batch, steps, net.outputs).data : undefined;
  const { state, memory, width } = columns(net);
  return engines.map(({ name, engine }): Run => {
    const { value, gradient } = toleranceOf(precision, engine.precision);
    const it = program(net, engine);
    const { outputs: y, states = [] } = it.forward(sequences, { tape: cotangent !== undefined, states: true });
    const optional = (array: string, given: ArrayLike<number>, tolerance: number) =>
      io.has(array) ? [compare(array.replace('_', ' '), given, io(array).data, tolerance)] : [];
    const values = [
      compare('y', y, io('y').data, value),
      ...optional('h', pick(states, width, state), value),
      ...optional('c', pick(states, width, memory), value),
    ];
    if (!cotangent) return { name, comparisons: values };
    const back = it.backward(cotangent);
    const products = cotangent.map((each, i) => each * y[i]!);
    const sum = (of: Float64Array) => of.reduce((total, each) => total + each, 0);
    return {
      name,
      comparisons: [
        ...values,
        // Its terms may cancel, so that the loss itself is no measure of the error.
        ...(io.has('loss')
          ? [compare('loss', [sum(products)], io('loss').data, value, sum(products.map(Math.abs)))]
          : []),
        ...optional('grad_x', back.x, gradient),
        ...optional('grad_h0', pick(back.initial, width, state), gradient),
        ...optional('grad_c0', pick(back.initial, width, memory), gradient),
        ...[...scatter(net, origin.mapping(net), back.parameters)]
          .filter(([array]) => arrays.has(`grad.${array}`))
          .map(([array, { data, shape }]) =>
            compare(`grad ${array}`, data, arrays(`grad.${array}`, ...shape).data, gradient),
          ),
      ],
    };
  });
}

/** A state dict of a module: what it answers to `x`, by the arrays of its `.io` file. Float32, so its own rounding bounds the agreement. */
export function conformStateDict(arrays: Arrays, io: Arrays, origin: Origin, settings: Settings): Run[] {
  const net = networkOf(origin, arrays, { ...settings, outputs: io('y').shape.at(-1)! });
  const { batch, steps } = extentOf(io, 'x');
  const sequences = sequencesOf(net, io, batch, steps);
  const { state, memory, width } = columns(net);
  return engines.map(({ name, engine }) => {
    const { outputs, final } = program(net, engine).forward(sequences);
    const { value } = toleranceOf('float32');
    const optional = (array: string, given: ArrayLike<number>) =>
      io.has(array) ? [compare(array, given, io(array).data, value)] : [];
    return {
      name,
      comparisons: [
        compare('y', outputs, io('y', batch, steps, net.outputs).data, value),
        ...optional('h', pick(final, width, state)),
        ...optional('c', pick(final, width, memory)),
      ],
    };
  });
}

/** What went in: `x`, and where they are given `dt`, `mask`, `h0` and a memory's `c0`. */
function sequencesOf(net: Network, io: Arrays, batch: number, steps: number): Sequences {
  const { state, memory, width } = columns(net);
  const optional = (name: 'dt' | 'mask') => (io.has(name) ? { [name]: io(name, batch, steps).data } : {});
  const sequences = { batch, steps, x: io('x', batch, steps, net.inputs).data, ...optional('dt'), ...optional('mask') };
  if (!io.has('h0')) return sequences;
  const initial = new Float64Array(batch * width);
  for (const [name, columns] of [['h0', state], ...(io.has('c0') ? [['c0', memory] as const] : [])] as const) {
    const { data } = io(name, batch, columns.length);
    data.forEach((value, k) => {
      initial[Math.floor(k / columns.length) * width + columns[k % columns.length]!] = value;
    });
  }
  return { ...sequences, initial };
}

/** Where in a row of states are those that the reference calls h, and those of a memory, c. */
function columns(net: Network): {
  readonly state: readonly number[];
  readonly memory: readonly number[];
  readonly width: number;
} {
  const isMemory = models(net).flatMap(({ model: { cell, sizes } }) =>
    Object.entries(cell.states).flatMap(([name, axes]) =>
      new Array<boolean>(axes.reduce((size, axis) => size * sizes[axis]!, 1)).fill(/^(memory_)?c/.test(name)),
    ),
  );
  const all = [...isMemory.keys()];
  return { state: all.filter((k) => !isMemory[k]), memory: all.filter((k) => isMemory[k]), width: all.length };
}

/** Some columns of rows of `width` numbers. */
function pick(rows: ArrayLike<number>, width: number, columns: readonly number[]): Float64Array {
  const count = columns.length;
  return Float64Array.from(
    { length: (rows.length / width) * count },
    (_, k) => rows[Math.floor(k / count) * width + columns[k % count]!]!,
  );
}
