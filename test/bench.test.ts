import { expect, test } from 'vitest';
import { type ModuleBuilder, moduleBuilder } from '../src/backends/wasm/encoder.ts';

/** The benchmark's scripts have no types. */
const load = (name: string) => import(new URL(`../bench/${name}.mjs`, import.meta.url).href);
const { counted } = await load('count-instructions');
const { quantile, ratio } = await load('statistics');
const { readOptions } = await load('options');

/** What a module has executed after its function `run` was called with these numbers. */
function executed(builder: ModuleBuilder, ...given: number[]) {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(counted(builder.encode())), { env: { memory } });
  const answer = (exports.run as (...given: number[]) => unknown)(...given);
  const of = (kind: string) => Number((exports[`executed ${kind}`] as WebAssembly.Global).value);
  return { answer, vector: of('vector'), memory: of('memory'), scalar: of('scalar'), jump: of('jump') };
}

test('instructions are counted as often as they are executed, and the answer stays', () => {
  const builder = moduleBuilder({ memory: { min: 1 } });
  const f = builder.fn({ name: 'run', params: ['i32'], results: ['i32'] });
  const sum = f.local('i32');
  f.loop(() => {
    f.i32(0);
    f.i32x4(1);
    f.i32x4(2);
    f.op('i32x4.add');
    f.memory('v128.store', 16);
    f.get(sum, 0);
    f.op('i32.add');
    f.set(sum);
    f.get(0);
    f.i32(2);
    f.op('i32.ne');
    f.if(
      () => {},
      () => {
        f.get(sum);
        f.i32(100);
        f.op('i32.mul');
        f.set(sum);
      },
    );
    f.get(0);
    f.i32(1);
    f.op('i32.sub');
    f.tee(0);
    f.brIf(0);
  });
  f.get(sum);
  // Five turns of a sum of vectors, a store, three scalar operations, an if and a jump back; once a product.
  expect(executed(builder, 5)).toEqual({ answer: 1401, vector: 5, memory: 5, scalar: 5 * 3 + 1, jump: 5 * 2 });
});

test('quartiles lie between neighbours in proportion, and a ratio is as sure as its rounds', () => {
  expect([0, 0.25, 0.5, 1].map((share) => quantile([4, 1, 3, 2], share))).toEqual([1, 1.75, 2.5, 4]);
  const rounds = (...medians: number[]) => medians.map((median) => [0.9 * median, median, 1.1 * median]);
  const one = rounds(1, 1, 1, 1);
  expect(ratio(rounds(2, 2.1, 2, 2.1), one)).toMatchObject({ verdict: 'clear', rounds: 4 });
  expect(ratio(rounds(1.1, 0.9, 1.1, 0.9), one).verdict).toBe('even');
  expect(ratio(rounds(1, 2, 3, 4), one).verdict).toBe('noisy');
  // What slows a round slows both: the ratio stays.
  expect(ratio(rounds(2, 2.4, 2.8), rounds(1, 1.2, 1.4))).toMatchObject({ low: 2, high: 2, verdict: 'clear' });
  expect(ratio(rounds(2, 20, 200), rounds(1, 10, 100))).toMatchObject({ low: 2, high: 2, verdict: 'noisy' });
});

test('the benchmark refuses options it does not know', () => {
  expect(() => readOptions(['--fast'])).toThrow("Unknown option '--fast'");
  expect(() => readOptions(['--threads', 'many'])).toThrow('--threads is many, but must be a whole number from 1');
  expect(() => readOptions(['--counts', '--against', 'HEAD'])).toThrow('--counts and --against were both given');
  expect(readOptions(['--peers', 'none']).peers).toEqual([]);
});
