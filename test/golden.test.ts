import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { conform } from '../src/analysis/conform.ts';
import { synaptic } from '../src/cells/synaptic.ts';
import { readSafetensors } from '../src/formats/safetensors.ts';
import { model } from '../src/model.ts';
import { withParameters } from '../src/network.ts';
import { program } from '../src/program.ts';
import { full } from '../src/wirings/full.ts';
import { distance, solverNamed } from './networks.ts';

const read = (name: string) => new Uint8Array(readFileSync(new URL(`./golden/${name}.safetensors`, import.meta.url)));
const files = readdirSync(new URL('./golden', import.meta.url))
  .filter((name) => name.endsWith('.safetensors') && !name.includes('.io.'))
  .map((name) => name.replace('.safetensors', ''));

/** What each kind of file must agree to, relative to the largest entry of each array: values, then gradients. */
const tolerances: Readonly<Record<string, readonly [number, number]>> = {
  'javascript float64': [1e-9, 1e-9],
  'wasm float64': [1e-9, 1e-9],
  'wasm float32': [2e-5, 2e-4],
};

/** How many files there are of each kind. */
const kinds = { ltc: 5, cfc: 6, 'wired-cfc': 2, mixed: 1, torch: 5, ncps: 8, ode: 2 };
const kindOf = (name: string) => /^(wired-cfc|[a-z]+)/.exec(name)![0];

test('every kind of reference file is here', () => {
  const found: Record<string, number> = {};
  for (const name of files) found[kindOf(name)] = (found[kindOf(name)] ?? 0) + 1;
  expect(found).toEqual(kinds);
});

test.for(files.filter((name) => !/^(ncps|ode)-/.test(name)))('%s agrees in every value and gradient', (name) => {
  const result = conform(name, read(name));
  if (result.kind !== 'compared') throw new Error(result.why);
  expect(result.runs.map((run) => run.name)).toEqual(Object.keys(tolerances));
  const given = [...readSafetensors(read(name)).tensors.keys()].filter((array) => array.startsWith('grad.'));
  for (const { name: engine, comparisons } of result.runs) {
    const arrays = comparisons.map(({ array }) => array);
    expect(arrays).toEqual(expect.arrayContaining(['y', 'grad x', ...given.map((array) => array.replace('.', ' '))]));
    for (const { array, error } of comparisons) {
      const [value, gradient] = tolerances[engine]!;
      expect(error, `${array}, ${engine}`).toBeLessThanOrEqual(array.startsWith('grad') ? gradient : value);
    }
  }
});

test.for(files.filter((name) => name.startsWith('ncps-')))('%s answers as it did in Python', (name) => {
  const result = conform(name, read(name), read(`${name}.io`));
  if (result.kind !== 'compared') throw new Error(result.why);
  for (const { comparisons } of result.runs) {
    expect(comparisons.map(({ array }) => array)).toEqual(name.includes('mixed') ? ['y', 'h', 'c'] : ['y', 'h']);
    for (const { error } of comparisons) expect(error).toBeLessThanOrEqual(2e-5);
  }
});

const trajectories = files.filter((name) => name.startsWith('ode-'));

test.for(trajectories)(
  'the fused and the exponential solvers converge to the stiff solution of %s at their order',
  (name) => {
    const result = conform(name, read(name));
    if (result.kind !== 'compared') throw new Error(result.why);
    expect(result.runs.map((run) => run.name)).toEqual(['semi-implicit', 'exponential', 'exponential-midpoint']);
    const [fused, exponential, midpoint] = result.runs.map(({ comparisons: [last, order] }) => ({
      last: last!,
      order: order!,
    }));
    expect(fused!.last.error).toBeLessThanOrEqual(5e-3);
    expect(exponential!.last.error).toBeLessThanOrEqual(2e-3);
    expect(midpoint!.last.error).toBeLessThanOrEqual(1e-4);
    for (const { order } of [fused!, exponential!, midpoint!])
      expect(order.error, order.array).toBeLessThanOrEqual(0.05);
  },
);

/** The largest error of a solver at six sub-steps an interval, relative to the largest entry. */
function errorAtSix(name: string, solver: string): number {
  const { tensors } = readSafetensors(read(name));
  const [units, inputs] = [tensors.get('param.gleak')!.shape[0]!, tensors.get('param.sensory_w')!.shape[0]!];
  const empty = model({
    cell: synaptic({ input: 'none', output: 'none', epsilon: 0 }),
    inputs,
    wiring: full(units),
    solver: solverNamed(solver),
    constraints: 'none',
  });
  const parameters = new Float64Array(empty.parameters.length);
  for (const { name: array, axes, offset, size } of empty.layout) {
    const { data } = tensors.get(`param.${array}`)!;
    // A full wiring lists synapses by target, the file by source.
    const rows = axes.length === 2 ? size / units : 1;
    for (let k = 0; k < size; k++) parameters[offset + k] = data[(k % rows) * units + Math.floor(k / rows)]!;
  }
  const [x, dt, initial] = ['x', 'dt', 'h0'].map((array) => tensors.get(`io.${array}`)!.data) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const it = program(withParameters(empty, parameters), { precision: 'float64' });
  const { states } = it.forward({ batch: 1, steps: dt.length, x, dt, initial }, { states: true });
  return distance(states!, tensors.get('io.h')!.data);
}

test.for(trajectories)('at six sub-steps the exponential solver is closer to %s than the fused one', (name) => {
  const [fused, exponential] = [errorAtSix(name, 'semi-implicit'), errorAtSix(name, 'exponential')];
  expect(exponential).toBeLessThan(fused);
  expect(fused).toBeLessThan(0.3);
});

test('at six sub-steps Euler leaves the stiff solution by more than its size, and the fused solver does not', () => {
  expect(errorAtSix('ode-ltc-stiff-96', 'euler')).not.toBeLessThan(1);
  expect(errorAtSix('ode-ltc-stiff-96', 'semi-implicit')).toBeLessThan(0.3);
});
