import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular, looseWiring, solverNamed, withGaps } from '../../test/networks.ts';
import { cell, matrix } from '../cells/cell.ts';
import { gru } from '../cells/gru.ts';
import { type Model, type ModelOptions, model } from '../model.ts';
import { withParameters } from '../network.ts';
import { type Gradients, type ProgramOptions, program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { bidirectional, stack } from '../stack.ts';
import { checkpointed } from './checkpointed.ts';
import type { GradientMethod, Reversible } from './gradient.ts';
import { gradients } from './index.ts';
import { truncated } from './truncated.ts';

const engines: readonly ProgramOptions[] = [
  { backend: 'javascript', precision: 'float64' },
  { backend: 'wasm', precision: 'float64' },
  { backend: 'wasm', precision: 'float32' },
];
/** The gradients of parameters are added window by window instead of in one row: rounding of a sum of some hundred terms. */
const toleranceOf = ({ precision }: ProgramOptions) => (precision === 'float32' ? 1e-5 : 1e-13);

const net = (name: string, options: Partial<ModelOptions> = {}): Model => {
  const made = everyCell[name]!();
  const features = options.missing === 'hold' ? 4 : 2;
  const steps = options.maxStep === undefined ? { unfolds: 2 } : {};
  return model({ cell: made, inputs: 2, seed: 3, wiring: looseWiring(made, features, 3, 2), ...steps, ...options });
};
const last = { outputs: 2, when: 'last' } as const;
/** Models that flow and jump, that carry more than a caller sees, and that answer once a sequence. */
const nets: Readonly<Record<string, Model>> = {
  synapses: net('synaptic'),
  'sub-steps by length': net('ltc', { maxStep: 0.7, readout: last }),
  'a flow that reads the time': net('a flow that reads the time', { readout: last }),
  'jumps before and after a flow': net('jumps before and after a flow', { readout: last }),
  'a jump that reads the time': net('a jump that reads the time'),
  'missing inputs that are held': net('synaptic', { missing: 'hold', readout: last }),
  'an adaptive solver': net('ltc', { solver: solverNamed('dopri5'), readout: last }),
  'an implicit solver': net('synaptic', { solver: solverNamed('implicit-euler') }),
  'inputs that change between samples': net('two states that flow together', { interpolation: 'linear' }),
};

const batchOf = (of: Model, batch: number, steps: number, seed: number): Sequences => {
  const sequences = irregular(of, batch, steps, { seed });
  return of.missing === undefined ? sequences : withGaps(sequences, of.inputs, seed);
};
const run = (
  it: Reversible,
  sequences: Sequences,
  seed = 7,
): { readonly gradients: Gradients; readonly by: Float64Array } => {
  const { outputs, carry } = it.forward(sequences);
  const by = draws(outputs.length, seed);
  return { by, gradients: it.backward(by, draws(carry.length, seed + 1)) };
};

test.for(Object.keys(gradients))('%s answers as the program does, to the bit', (name) => {
  const of = net('synaptic', { readout: last });
  const sequences = irregular(of, 5, 40);
  for (const engine of engines) {
    const { outputs, final, carry } = program(of, engine).forward(sequences);
    const it = gradients[name as keyof typeof gradients]().of(program(of, engine));
    expect(it.forward(sequences)).toEqual({ outputs, final, carry });
  }
});

test.for(Object.keys(gradients))('%s goes back over a forward pass as often as wanted, with the same bits', (name) => {
  const of = net('ltc');
  const it = gradients[name as keyof typeof gradients]().of(program(of));
  expect(() => it.backward([])).toThrow('call forward(sequences');
  const sequences = irregular(of, 5, 9);
  const { gradients: first, by } = run(it, sequences);
  expect(run(it, sequences).gradients).toEqual(first);
  expect(it.backward(by, draws(15, 8))).toEqual(first);
  expect(() => it.backward([1, 2])).toThrow('backward: the cotangent has 2 entries, but the outputs have 90');
});

const exact: Readonly<Record<string, (steps: number, parts: number) => GradientMethod>> = {
  checkpointed: (_, parts) => checkpointed(parts),
  'truncated, with a window of all steps,': (steps) => truncated(steps),
};

test.for(Object.entries(exact))('%s has the gradient of bptt to the bit, the parameters to rounding', ([, method]) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(nets)),
      fc.constantFrom(...engines),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(1000),
      (name, engine, batch, steps, parts, seed) => {
        const of = nets[name]!;
        const sequences = batchOf(of, batch, steps, seed);
        const { parameters: wanted, ...others } = run(
          gradients.bptt().of(program(of, engine)),
          sequences,
          seed,
        ).gradients;
        const it = method(steps, parts).of(program(of, engine));
        const { parameters, ...rest } = run(it, sequences, seed).gradients;
        expect(rest).toEqual(others);
        expect(distance(parameters, wanted)).toBeLessThanOrEqual(toleranceOf(engine));
      },
    ),
    { seed: 1, numRuns: 36 },
  );
});

test('checkpointed and truncated go on from a carry, and go back to it', () => {
  for (const [name, of] of Object.entries(nets)) {
    const [early, late] = [batchOf(of, 3, 4, 1), batchOf(of, 3, 5, 2)];
    const it = program(of, { precision: 'float64' });
    const { carry } = it.forward(early);
    const { outputs } = it.forward(late, { carry, tape: true });
    const by = draws(outputs.length);
    const wanted = it.backward(by);
    const stepwise = checkpointed(5).of(program(of, { precision: 'float64' }));
    expect(stepwise.forward(late, { carry }).outputs, name).toEqual(outputs);
    expect(stepwise.backward(by).carry, name).toEqual(wanted.carry);
  }
});

test('the segments of checkpointed are √steps unless said otherwise, and its memory is of that order', () => {
  const of = net('synaptic');
  const memoryOf = (method: GradientMethod, steps: number) => {
    const it = method.of(program(of));
    const start = it.memory;
    run(it, irregular(of, 8, steps));
    return it.memory - start;
  };
  const kept = (steps: number) => memoryOf(checkpointed(), steps) / memoryOf(gradients.bptt(), steps);
  // √64 of 64 steps, and √1024 of 1024, with the states at as many borders.
  expect(kept(64)).toBeLessThan(1 / 4);
  expect(kept(1024)).toBeLessThan(1 / 16);
  expect(memoryOf(checkpointed(1024 / 8), 1024)).toBeLessThan(memoryOf(gradients.bptt(), 1024) / 32);
  expect(memoryOf(truncated(8), 1024)).toBeLessThan(memoryOf(gradients.bptt(), 1024) / 32);
});

test('truncated is the sum over windows that know nothing of later ones', () => {
  const steps = 7;
  for (const [name, of] of Object.entries(nets)) {
    if (of.readout) continue;
    const sequences = batchOf(of, 4, steps, 3);
    const it = truncated(3).of(program(of, { precision: 'float64' }));
    const { outputs, carry } = it.forward(sequences);
    const by = draws(outputs.length);
    const all = it.backward(by);
    const sum = new Float64Array(all.parameters.length);
    for (const [from, to] of [
      [0, 3],
      [3, 6],
      [6, 7],
    ] as const) {
      const isWithin = (at: number) => at % steps >= from && at % steps < to;
      const part = it.backward(by.map((v, k) => (isWithin(Math.floor(k / of.outputs)) ? v : 0)));
      part.parameters.forEach((v, k) => {
        sum[k]! += v;
      });
      for (let k = 0; k < part.dt.length; k++) {
        expect(part.dt[k]).toBe(isWithin(k) ? all.dt[k] : 0);
        for (let i = k * 2; i < k * 2 + 2; i++) expect(part.x[i]).toBe(isWithin(k) ? all.x[i] : 0);
      }
    }
    expect(distance(sum, all.parameters), name).toBeLessThan(1e-13);
    // What the last window owes to the states before it goes no further.
    expect(it.backward(new Float64Array(outputs.length), draws(carry.length)).initial.every((v) => v === 0)).toBe(true);
  }
});

test.for(['truncated', 'checkpointed'] as const)('%s draws the same dropout when a window runs again', (name) => {
  const made = cell({
    name: 'dropping',
    paper: 'made for this test',
    equation: `
      h = dropout(u, 0.5)
      x' = W @ h
    `,
    params: { W: matrix('state', 'input') },
  });
  const of = withParameters(model({ cell: made, inputs: 3, units: 3 }), [1, 0, 0, 0, 1, 0, 0, 0, 1]);
  const sequences = { batch: 3, steps: 12, x: new Float64Array(108).fill(1) };
  const it = (name === 'truncated' ? truncated(3) : checkpointed(4)).of(program(of));
  const { outputs } = it.forward(sequences, { dropout: 5 });
  expect(new Set(outputs)).toEqual(new Set([0, 2]));
  // W is the identity: the gradient of Σ x' with respect to u is the factor.
  expect(it.backward(new Float64Array(108).fill(1)).x).toEqual(outputs);
  expect(it.forward(sequences, { dropout: 5 }).outputs).toEqual(outputs);
  expect(it.forward(sequences, { dropout: 6 }).outputs).not.toEqual(outputs);
  const window = (t: number) => outputs.slice(t * 9, (t + 3) * 9).join();
  expect(new Set([0, 3, 6, 9].map(window)).size).toBe(4);
});

test('layers one behind another have the same gradient in windows', () => {
  const of = stack({ cell: gru(), inputs: 2, units: [3, 4], seed: 1 });
  const { x, dt, mask } = irregular(net('synaptic'), 5, 9);
  const sequences = { batch: 5, steps: 9, x, dt: dt!, mask: mask! };
  const [a, b] = [gradients.bptt(), checkpointed()].map(
    (method) => run(method.of(program(of, { precision: 'float64' })), sequences).gradients,
  );
  expect(b!.x).toEqual(a!.x);
  expect(distance(b!.parameters, a!.parameters)).toBeLessThan(1e-13);
});

test('what cannot be cut into windows is refused', () => {
  const of = stack({ layers: [bidirectional({ forward: net('ltc'), backward: net('ltc') })] });
  const message = 'a bidirectional network reads later steps first, so it cannot be run in windows';
  expect(() => truncated().of(program(of))).toThrow(`truncated: ${message}`);
  expect(() => checkpointed().of(program(of))).toThrow(`checkpointed: ${message}`);
});

test('numbers out of range and arrays of the wrong length are refused with what was wanted', () => {
  expect(() => truncated(0)).toThrow('truncated: length is 0, but must be a whole number of at least 1');
  expect(() => checkpointed(2.5)).toThrow('checkpointed: segments is 2.5, but must be a whole number of at least 1');
  const it = truncated(2).of(program(net('ltc')));
  const forward = (sequences: Partial<Sequences>) => () =>
    it.forward({ batch: 2, steps: 4, x: new Float64Array(16), ...sequences });
  expect(forward({ x: [1, 2] })).toThrow('sequences: x has 2 entries, but (batch 2, steps 4, inputs 2) needs 16');
  expect(forward({ dt: [1, 2] })).toThrow('sequences: dt has 2 entries, but (batch 2, steps 4) needs 8');
  expect(forward({ steps: 0 })).toThrow('x has 16 entries, but (batch 2, steps 0, inputs 2) needs 0');
  expect(forward({ dt: [1, 1, 1, 1, 1, 1, 1, -1] })).toThrow(
    'steps from 2 on: sequences: dt is -1 at sequence 1, step 1, but',
  );
});

test('a method is data beside its function: what it is called and its numbers', () => {
  const data = (method: GradientMethod) => JSON.parse(JSON.stringify(method)) as unknown;
  expect(data(truncated(8))).toEqual({ name: 'truncated', length: 8 });
  expect(data(checkpointed())).toEqual({ name: 'checkpointed' });
  expect(data(checkpointed(3))).toEqual({ name: 'checkpointed', segments: 3 });
  for (const [name, make] of Object.entries(gradients)) expect(make().name).toBe(name);
});
