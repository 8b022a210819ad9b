import { expect, test } from 'vitest';
import { type SynapticOptions, synaptic } from '../cells/synaptic.ts';
import { type Writable, writeSafetensors } from '../formats/safetensors.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import { full } from '../wirings/full.ts';
import { conform } from './conform.ts';

const metadata = { source: 'made by this test', cell: 'ltc', units: '5', outputs: '2', inputs: '3', ode_unfolds: '2' };

/** A reference file made by this library's own float64 oracle; `change` may falsify it, a `balanced` loss is a sum that cancels. */
function file(
  change: (arrays: Map<string, Writable>) => void = () => {},
  more: Record<string, string> = {},
  { balanced = false, ...maps }: SynapticOptions & { readonly balanced?: boolean } = {},
): Uint8Array {
  const [batch, steps, inputs, units, outputs] = [2, 4, 3, 5, 2];
  const net = model({
    cell: synaptic(maps),
    inputs,
    wiring: full(units, outputs),
    unfolds: 2,
    constraints: 'none',
    seed: 3,
  });
  const draw = random(4);
  const some = (n: number) => Float64Array.from({ length: n }, () => draw.uniform());
  const sequences = {
    batch,
    steps,
    x: some(batch * steps * inputs),
    dt: some(batch * steps),
    initial: some(batch * units),
  };
  const cotangent = some(batch * steps * outputs);
  const it = program(net, { backend: 'javascript', precision: 'float64' });
  const { outputs: y, states } = it.forward(sequences, { tape: true, states: true });
  const product = () => Float64Array.from(y).reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
  if (balanced) cotangent[0]! -= product() / y[0]!;
  const back = it.backward(cotangent);
  const arrays = new Map<string, Writable>();
  const put = (name: string, values: ArrayLike<number>, shape: readonly number[]) =>
    arrays.set(name, { data: Float64Array.from(values), shape });
  put('io.x', sequences.x, [batch, steps, inputs]);
  put('io.dt', sequences.dt, [batch, steps]);
  put('io.h0', sequences.initial, [batch, units]);
  put('io.y', y, [batch, steps, outputs]);
  put('io.h', states!, [batch, steps, units]);
  put('io.cotangent', cotangent, [batch, steps, outputs]);
  put('io.loss', [product()], [1]);
  put('io.grad_x', back.x, [batch, steps, inputs]);
  put('io.grad_h0', back.initial, [batch, units]);
  for (const { name, offset, size, axes, relation } of net.layout) {
    const dense = (flat: ArrayLike<number>) => {
      const rows = net.sizes[axes[0]!]!;
      // Synapses are ordered by target, then source; the reference has a row a source.
      const at = (k: number) => (relation ? offset + (k % units) * rows + Math.floor(k / units) : offset + k);
      return Float64Array.from({ length: size }, (_, k) => flat[at(k)]!);
    };
    const shape = axes.map((axis) => net.sizes[axis]!);
    put(`param.${name}`, dense(net.parameters), shape);
    put(`grad.${name}`, dense(back.parameters), shape);
  }
  change(arrays);
  return writeSafetensors(arrays, { ...metadata, ...more });
}

test('a true reference agrees on every backend and precision, array by array', () => {
  const result = conform('true', file());
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.agrees).toBe(true);
  expect(result.runs.map((run) => run.name)).toEqual(['javascript float64', 'wasm float64', 'wasm float32']);
  for (const { comparisons } of result.runs) {
    expect(comparisons.map((each) => each.array)).toContain('grad sensory_erev');
    expect(comparisons).toHaveLength(5 + 15);
  }
});

test('one wrong number in one gradient is found, and only there', () => {
  const result = conform(
    'false',
    file((arrays) => {
      arrays.get('grad.mu')!.data[7]! += 1e-3;
    }),
  );
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.agrees).toBe(false);
  for (const { comparisons } of result.runs) {
    expect(comparisons.filter((each) => !each.agrees).map((each) => each.array)).toEqual(['grad mu']);
  }
});

test('a number that is not finite never agrees', () => {
  const result = conform(
    'nan',
    file((arrays) => {
      arrays.get('io.h')!.data[3] = Number.NaN;
    }),
  );
  expect(result.kind === 'compared' && result.agrees).toBe(false);
});

test('what is no reference is skipped with what it holds, and a file without an array says which', () => {
  const other = writeSafetensors(new Map([['weight', { data: Float64Array.of(1), shape: [1] }]]), { cell: 'ltc' });
  expect(conform('a', other)).toEqual({
    kind: 'skipped',
    name: 'a',
    why: 'neither a reference nor a state dict of a known network; it holds weight',
  });
  const without = file((arrays) => arrays.delete('param.mu'));
  expect(() => conform('c', without)).toThrow('there is no array "param.mu"');
});

test('what a file is shows in its arrays, whatever its metadata say', () => {
  const bare = (arrays: Map<string, Writable>) => {
    const data = Float64Array.from({ length: 2 * 4 * 3 }, (_, k) => k / 24);
    arrays.set('io.x', { data, shape: [2, 4, 3] });
  };
  expect(conform('b', file(undefined, { cell: 'cfc', module: 'LTC', mode: '"pure"' }))).toMatchObject({ agrees: true });
  expect(conform('b', file(bare))).toMatchObject({ agrees: false });
});

test('elapsed times, states, loss and first states that are not in a file are not compared', () => {
  const result = conform(
    'few',
    file((arrays) => {
      for (const name of ['io.h', 'io.loss', 'io.grad_h0', 'grad.mu']) arrays.delete(name);
    }),
  );
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.agrees).toBe(true);
  for (const { comparisons } of result.runs) expect(comparisons).toHaveLength(2 + 14);
  // Without its times, a step takes one unit: other times than those that were.
  expect(
    conform(
      'untimed',
      file((arrays) => arrays.delete('io.dt')),
    ),
  ).toMatchObject({ agrees: false });
});

test('a reference in float32 is judged by the rounding of float32', () => {
  const rounded = file((arrays) => {
    for (const [name, { data, shape }] of arrays) arrays.set(name, { shape, data: Float32Array.from(data) });
  });
  const result = conform('f32', rounded);
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.agrees).toBe(true);
  expect(result.runs[0]!.comparisons.every(({ tolerance }) => tolerance > 1e-9)).toBe(true);
});

test.for([
  { input: 'none', output: 'none' },
  { input: 'linear', output: 'none' },
  { input: 'none', output: 'affine' },
] as const)('a file whose maps are $input and $output holds their arrays only, and agrees', ({ input, output }) => {
  const result = conform('maps', file(undefined, { input_mapping: 'null' }, { input, output }));
  expect(result).toMatchObject({ kind: 'compared', agrees: true });
});

test('the epsilon of a file is its own', () => {
  expect(conform('e', file(undefined, { epsilon: '0.01' }, { epsilon: 0.01 }))).toMatchObject({ agrees: true });
  expect(conform('e', file(undefined, {}, { epsilon: 0.01 }))).toMatchObject({ agrees: false });
});

test('a loss whose terms cancel is judged by the size of its terms', () => {
  expect(conform('zero', file(undefined, {}, { balanced: true }))).toMatchObject({ agrees: true });
});

test('an array of another shape and a metadata value that is no number are refused by name', () => {
  const turned = file((arrays) => {
    const { data } = arrays.get('io.dt')!;
    arrays.set('io.dt', { data, shape: [4, 2] });
  });
  expect(() => conform('d', turned)).toThrow('array "io.dt" is (4, 2); wanted (2, 4)');
  expect(() => conform('e', file(undefined, { ode_unfolds: 'six' }))).toThrow('ode_unfolds is six; wanted a number');
});

test('a state dict is compared by its answers, and skipped without them', () => {
  const arrays = new Map<string, Writable>();
  file((all) => {
    for (const [name, array] of all) if (name.startsWith('param.')) arrays.set(name.replace('param.', ''), array);
  });
  expect(conform('m', writeSafetensors(arrays))).toMatchObject({
    kind: 'skipped',
    why: expect.stringContaining('.io.safetensors'),
  });
  arrays.set('head.weight', { data: Float64Array.of(1), shape: [1] });
  const io = writeSafetensors(
    new Map(
      Object.entries({ x: [1, 1, 3], y: [1, 1, 2] }).map(([name, shape]) => [
        name,
        { data: new Float64Array(shape[2]!), shape },
      ]),
    ),
  );
  expect(() => conform('m', writeSafetensors(arrays), io)).toThrow('an array "head.weight", which is no part of');
});
