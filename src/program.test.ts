import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  distance,
  dot,
  draws,
  everyCell,
  everyPair,
  irregular,
  looseWiring,
  solverNamed,
  statesOf,
} from '../test/networks.ts';
import { cell, matrix, positive, vector } from './cells/cell.ts';
import { ltc } from './cells/ltc.ts';
import { synaptic } from './cells/synaptic.ts';
import { slope } from './compiler/observation.ts';
import { type Model, type ModelOptions, model } from './model.ts';
import { type Answer, type Gradients, type Program, type ProgramOptions, program } from './program.ts';
import type { Sequences } from './sequences.ts';

const oracle = { backend: 'javascript', precision: 'float64' } as const;
const engines: readonly ProgramOptions[] = [
  { backend: 'wasm', precision: 'float64', fma: 'auto' },
  { backend: 'wasm', precision: 'float64', fma: 'off' },
  { backend: 'wasm', precision: 'float32', fma: 'auto' },
];
const everyEngine: readonly ProgramOptions[] = [oracle, ...engines];
/** How far values and gradients may be from the oracle's: what rounding of the elementary functions and sums adds up to. */
const toleranceOf = ({ precision }: ProgramOptions) =>
  precision === 'float32' ? { value: 2e-5, gradient: 2e-4 } : { value: 1e-11, gradient: 1e-11 };

type Outcome = Answer & { readonly gradients: Gradients };

function run(it: Program, sequences: Sequences, cotangent?: ArrayLike<number>): Outcome {
  const answer = it.forward(sequences, { tape: true, states: true });
  return { ...answer, gradients: it.backward(cotangent ?? draws(answer.outputs.length)) };
}

/** Everything an outcome holds, by name; values first. */
const arrays = ({ outputs, final, states, gradients }: Outcome) => ({
  values: { outputs, final, states: states! },
  gradients: { ...gradients },
});

function expectClose(
  given: Outcome,
  wanted: Outcome,
  { value, gradient }: { value: number; gradient: number },
  where: string,
) {
  for (const [name, array] of Object.entries(arrays(wanted).values))
    expect(distance(given[name as 'outputs']!, array), `${name}, ${where}`).toBeLessThanOrEqual(value);
  for (const [name, array] of Object.entries(wanted.gradients))
    expect(distance(given.gradients[name as 'x'], array), `gradient of ${name}, ${where}`).toBeLessThanOrEqual(
      gradient,
    );
}

const net = (options: Partial<ModelOptions> & { units?: number } = {}): Model => {
  const { units = 4, cell: made = synaptic(), ...rest } = options;
  return model({
    cell: made,
    inputs: 3,
    seed: 2,
    wiring: looseWiring(made, 3, units, 2),
    ...(rest.maxStep ? {} : { unfolds: 2 }),
    ...rest,
  });
};

test.for(everyPair)('every kernel of $cell under $solver equals the oracle', ({ cell: name, solver }) => {
  const made = everyCell[name]!();
  const of = net({ cell: made, solver: solverNamed(solver), maxStep: 0.8 });
  const by = program(of, oracle);
  // Where float32 can tell less, an adaptive solver takes longer steps, and the gradient of a step across a kink is right to its length.
  const isAcrossKinks = of.solver.drive?.kind === 'adaptive' && name === 'every function of the language';
  const cases = [5, 9].map((batch) => {
    const sequences = irregular(of, batch, 3);
    return { batch, sequences, wanted: run(by, sequences) };
  });
  for (const engine of engines) {
    const it = program(of, engine);
    const tolerance = toleranceOf(engine);
    for (const { batch, sequences, wanted } of cases) {
      expectClose(
        run(it, sequences),
        wanted,
        isAcrossKinks && engine.precision === 'float32' ? { ...tolerance, gradient: 0.05 } : tolerance,
        `batch ${batch}, ${engine.precision}`,
      );
    }
  }
});

test.for([1, 3, 4, 5, 16, 17])('a batch of %i sequences equals the oracle, also with as many units', (batch) => {
  for (const units of [batch, 6]) {
    for (const readout of [undefined, { outputs: batch, when: 'last' }] as const) {
      const of = net({ units: Math.max(2, units), ...(readout ? { readout } : {}) });
      const sequences = irregular(of, batch, 4);
      const wanted = run(program(of, oracle), sequences);
      for (const engine of engines)
        expectClose(
          run(program(of, engine), sequences),
          wanted,
          toleranceOf(engine),
          `${units} units, ${engine.precision}`,
        );
    }
  }
});

/** Some sequences of a batch, by number. */
function choose(from: Sequences, which: readonly number[]): Sequences {
  const rows = (array: ArrayLike<number>) => {
    const width = array.length / from.batch;
    return Float64Array.from(
      { length: which.length * width },
      (_, k) => array[which[Math.floor(k / width)]! * width + (k % width)]!,
    );
  };
  const { steps, x, dt, mask, initial } = from;
  return {
    batch: which.length,
    steps,
    x: rows(x),
    ...(dt ? { dt: rows(dt) } : {}),
    ...(mask ? { mask: rows(mask) } : {}),
    ...(initial ? { initial: rows(initial) } : {}),
  };
}

test.for(everyEngine)(
  'no sequence depends on who else is in the batch, bit for bit ($backend, $precision)',
  (engine) => {
    for (const name of ['synaptic', 'ltc', 'jumps before and after a flow', 'a flow that reads the time']) {
      const of = net({ cell: everyCell[name]!(), maxStep: 0.7 });
      const it = program(of, engine);
      const all = irregular(of, 11, 4);
      const cotangent = draws(11 * 4 * of.outputs);
      const together = run(it, all, cotangent);
      for (const which of [[0], [7], [10], [8, 0, 3]]) {
        const some = choose(all, which);
        const apart = run(it, some, choose({ ...all, x: cotangent }, which).x);
        const part = (array: ArrayLike<number>) => choose({ ...all, x: array }, which).x;
        for (const [key, array] of Object.entries({
          ...arrays(apart).values,
          x: apart.gradients.x,
          dt: apart.gradients.dt,
          initial: apart.gradients.initial,
        })) {
          const whole = { ...arrays(together).values, ...together.gradients }[key]!;
          expect(Array.from(array), `${key} of ${which}`).toEqual(Array.from(part(whole)));
        }
      }
    }
  },
);

test.for(everyEngine)('what stands behind a mask never leaks ($backend, $precision)', (engine) => {
  for (const name of Object.keys(everyCell)) {
    for (const readout of [undefined, { outputs: 2, when: 'last' }] as const) {
      const of = net({ cell: everyCell[name]!(), maxStep: 0.7, ...(readout ? { readout } : {}) });
      const hidden = irregular(of, 5, 4);
      const other = (value: number): Sequences => ({
        ...hidden,
        x: Float64Array.from(hidden.x, (v) => (Number.isNaN(v) ? value : v)),
        dt: Float64Array.from(hidden.dt!, (v) => (Number.isNaN(v) ? value : v)),
      });
      const it = program(of, engine);
      const outcome = run(it, hidden);
      expect(run(it, other(Number.POSITIVE_INFINITY))).toEqual(outcome);
      expect(run(it, other(-1))).toEqual(outcome);
      for (const array of Object.values({ ...arrays(outcome).values, ...outcome.gradients }))
        expect(array.every(Number.isFinite)).toBe(true);
      for (let step = 0; step < 5 * 4; step++) {
        if (hidden.mask![step] !== 0) continue;
        expect(outcome.gradients.dt[step]).toBe(0);
        for (let k = 0; k < of.inputs; k++) expect(outcome.gradients.x[step * of.inputs + k]).toBe(0);
        if (!readout) for (let k = 0; k < of.outputs; k++) expect(outcome.outputs[step * of.outputs + k]).toBe(0);
      }
    }
  }
});

test.for(everyEngine)('a masked step keeps the state and passes its gradient on ($backend, $precision)', (engine) => {
  const of = net();
  const it = program(of, engine);
  const initial = draws(2 * statesOf(of));
  const outcome = run(it, {
    batch: 2,
    steps: 3,
    x: new Float64Array(18).fill(Number.NaN),
    mask: new Uint8Array(6),
    initial,
  });
  expect(outcome.final).toEqual(it.precision === 'float32' ? Float32Array.from(initial) : initial);
  for (const array of Object.values(outcome.gradients))
    expect(Array.from<number>(array).every((g) => g === 0)).toBe(true);
});

// A logarithm, a root and a quotient that are infinite at 0: what a lane without a sequence would compute from zeros.
const singular = () =>
  cell({
    name: 'singular',
    paper: 'made for this test',
    equation: `
      v = W @ u
      dx/dt = log(v) + sqrt(v) + 1 / v + log(x) - x / tau
    `,
    params: { W: matrix('state', 'input', 0.5, 1), tau: positive(vector('state', 0.5, 2)) },
  });

test.for(everyEngine)(
  'lanes and steps without a sequence never make a gradient infinite ($backend, $precision)',
  (engine) => {
    const of = model({ cell: singular(), inputs: 2, units: 3, unfolds: 2, seed: 1 });
    const full = (length: number) => draws(length).map((v) => 1.5 + v / 2);
    const sequences = { batch: 3, steps: 3, x: full(18), dt: full(9).map((v) => v / 10), initial: full(9) };
    const it = program(of, engine);
    const cotangent = draws(27);
    for (const mask of [undefined, [0, 1, 1, 1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0]]) {
      const outcome = run(it, { ...sequences, ...(mask ? { mask } : {}) }, cotangent);
      for (const array of Object.values({ ...arrays(outcome).values, ...outcome.gradients }))
        expect(array.every(Number.isFinite)).toBe(true);
      const wanted = run(program(of, oracle), { ...sequences, ...(mask ? { mask } : {}) }, cotangent);
      expectClose(outcome, wanted, { value: 2e-5, gradient: 2e-4 }, 'singular');
    }
  },
);

test.for(everyEngine)('the same call gives the same bits ($backend, $precision)', (engine) => {
  const of = net({ readout: { outputs: 2, when: 'every' } });
  const sequences = irregular(of, 17, 4);
  expect(run(program(of, engine), sequences)).toEqual(run(program(of, engine), sequences));
  const it = program(of, engine);
  expect(run(it, sequences)).toEqual(run(it, sequences));
});

test.for(everyEngine)(
  'calls of any size, with and without a tape, do not disturb each other ($backend, $precision)',
  (engine) => {
    const of = net();
    const fresh = (sequences: Sequences) => run(program(of, engine), sequences);
    const [small, large] = [irregular(of, 2, 3), irregular(of, 19, 5, { seed: 5 })];
    const [wantedSmall, wantedLarge] = [fresh(small), fresh(large)];
    const it = program(of, engine);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 6 }), (calls) => {
        for (const [isLarge, tape] of calls) {
          const [sequences, wanted] = isLarge ? [large, wantedLarge] : [small, wantedSmall];
          if (tape) expect(run(it, sequences)).toEqual(wanted);
          else expect(it.forward(sequences).outputs).toEqual(wanted.outputs);
        }
      }),
      { seed: 1, numRuns: 8 },
    );
  },
);

test('without fma the results differ by rounding only, and the program says what it uses', () => {
  const of = net();
  const off = program(of, { fma: 'off' });
  const auto = program(of, { fma: 'auto' });
  expect(off.fma).toBe(false);
  expect(program(of, oracle).fma).toBe(false);
  const sequences = irregular(of, 5, 4);
  expectClose(run(auto, sequences), run(off, sequences), { value: 2e-5, gradient: 2e-4 }, 'fma');
  if (!auto.fma) expect(run(auto, sequences)).toEqual(run(off, sequences));
});

test('a program says what it runs on, and float32 is the default of wasm', () => {
  const of = net();
  expect(program(of)).toMatchObject({ model: of, backend: 'wasm', precision: 'float32' });
  expect(program(of, { backend: 'javascript' })).toMatchObject({ backend: 'javascript', precision: 'float64' });
  expect(() => program(of, { backend: 'javascript', precision: 'float32' })).toThrow(
    'the javascript backend computes in float64 only',
  );
});

test.for(everyEngine)('memory is reported, and a larger batch takes more of it ($backend, $precision)', (engine) => {
  const of = net();
  const it = program(of, engine);
  const start = it.memory;
  run(it, irregular(of, 2, 3));
  const small = it.memory;
  run(it, irregular(of, 64, 16));
  const large = it.memory;
  expect(start).toBeGreaterThan(0);
  expect(small).toBeGreaterThan(start);
  expect(large).toBeGreaterThan(4 * small);
  run(it, irregular(of, 2, 3));
  expect(it.memory).toBe(large);
});

test('update changes what follows, keeps the model as it was, and toModel has the present parameters', () => {
  const of = net();
  const before = of.parameters.slice();
  for (const engine of everyEngine) {
    const it = program(of, engine);
    const sequences = irregular(of, 3, 3);
    const first = run(it, sequences);
    let given: Float64Array | undefined;
    it.update((parameters, gradients) => {
      given = Float64Array.from(gradients);
      for (let k = 0; k < parameters.length; k++) parameters[k]! -= 0.01 * gradients[k]!;
    });
    expect(given).toEqual(Float64Array.from(first.gradients.parameters));
    const loss = ({ outputs }: Answer) => dot(outputs, draws(outputs.length));
    expect(loss(it.forward(sequences))).toBeLessThan(loss(first));
    expect(it.toModel().parameters).toEqual(it.parameters());
    expect(run(program(it.toModel(), engine), sequences)).toEqual(run(it, sequences));
  }
  expect(of.parameters).toEqual(before);
});

test('an update that fails half way leaves what it changed, and everything computed from that', () => {
  const of = net();
  const it = program(of, oracle);
  const sequences = irregular(of, 2, 3);
  it.forward(sequences, { tape: true });
  const failing = (parameters: Float32Array | Float64Array) => {
    parameters.fill(0.3);
    throw new Error('no');
  };
  expect(() => it.update(failing)).toThrow('no');
  expect(it.forward(sequences)).toEqual(program(it.toModel(), oracle).forward(sequences));
});

test.for([
  [
    { precison: 'float64' },
    'program: there is no option "precison"; the options are backend, precision, fma, threads, observe',
  ],
  [{ backend: 'webgpu' }, 'program: backend is "webgpu", but must be "wasm" or "javascript"'],
  [{ precision: 'float16' }, 'program: precision is "float16", but must be "float32" or "float64"'],
  [{ fma: 'on' }, 'program: fma is "on", but must be "auto" or "off"'],
] as const)('%o is refused by name', ([options, message]) => {
  expect(() => program(net(), options as unknown as Parameters<typeof program>[1])).toThrow(message);
});

test('backward needs the tape of the last forward pass, and a cotangent shaped like its outputs', () => {
  const of = net();
  const it = program(of, oracle);
  const sequences = irregular(of, 2, 3);
  expect(() => it.backward([])).toThrow(
    'backward: the last forward pass kept no tape; call forward(sequences, { tape: true }) first',
  );
  it.forward(sequences, { tape: true });
  expect(() => it.backward([1, 2])).toThrow('backward: the cotangent has 2 entries, but the outputs have 12');
  it.forward(sequences);
  expect(() => it.backward(draws(12))).toThrow('kept no tape');
  it.forward(sequences, { tape: true });
  it.update((parameters) => parameters.fill(0.1));
  expect(() => it.backward(draws(12))).toThrow('kept no tape');
});

test('the last step of a readout is the last one that is not masked', () => {
  const every = net({ readout: { outputs: 2, when: 'every' } });
  const last = net({ readout: { outputs: 2, when: 'last' } });
  const sequences = irregular(every, 6, 4);
  const { outputs: all } = program(every, oracle).forward(sequences);
  const { outputs } = program(last, oracle).forward(sequences);
  for (let b = 0; b < 6; b++) {
    const step =
      Uint8Array.from(sequences.mask!)
        .subarray(0, (b + 1) * 4)
        .lastIndexOf(1) -
      b * 4;
    for (let k = 0; k < 2; k++) expect(outputs[b * 2 + k]).toBe(step < 0 ? 0 : all[(b * 4 + step) * 2 + k]);
  }
});

test('the slope of the split can be observed instead of the output', () => {
  const of = model({ cell: ltc(), inputs: 1, units: 3, seed: 4 });
  const { outputs } = program(of, { ...oracle, observe: slope() }).forward({ batch: 1, steps: 2, x: [0.1, 0.2] });
  expect(outputs).toHaveLength(6);
  expect(outputs.every((slope) => slope < 0)).toBe(true);
});
