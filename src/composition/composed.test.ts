import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, dot, draws, irregular } from '../../test/networks.ts';
import { cell, matrix } from '../cells/cell.ts';
import { lstm } from '../cells/lstm.ts';
import { ltc } from '../cells/ltc.ts';
import { slope } from '../compiler/observation.ts';
import { type ModelOptions, model } from '../model.ts';
import { models, type Network } from '../network.ts';
import { type ProgramOptions, program } from '../program.ts';
import type { Sequences } from '../sequences.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { bidirectional, stack } from '../stack.ts';

const oracle = { backend: 'javascript', precision: 'float64' } as const;
const layer = (inputs: number, units: number, seed: number, more: Partial<ModelOptions> = {}) =>
  model({ cell: ltc(), inputs, units, seed, ...(more.maxStep ? {} : { unfolds: 2 }), ...more });
const readout = (when: 'every' | 'last', outputs = 2) => ({ readout: { outputs, when } as const });

/** Networks of several models, by what they are. */
const networks: Readonly<Record<string, Network>> = {
  'a stack of three cells': stack({
    layers: [layer(2, 4, 1), model({ cell: lstm(), inputs: 4, units: 3, seed: 2 }), layer(3, 3, 3, readout('every'))],
    dropout: 0.3,
  }),
  'a stack that answers at the last step': stack({
    layers: [layer(2, 3, 1, { maxStep: 0.7 }), layer(3, 3, 2, readout('last'))],
  }),
  'both directions side by side': bidirectional({
    forward: layer(2, 3, 1, { maxStep: 0.7 }),
    backward: model({ cell: lstm(), inputs: 2, units: 2, seed: 2 }),
  }),
  'both directions added, at the last step': bidirectional({
    forward: layer(2, 3, 1, readout('last')),
    backward: layer(2, 4, 2, readout('last')),
    merge: 'sum',
  }),
  'a stack of both directions': stack({
    layers: [
      bidirectional({ forward: layer(2, 2, 1), backward: layer(2, 3, 2, { interpolation: 'linear' }) }),
      bidirectional({ forward: layer(5, 2, 3, readout('last', 1)), backward: layer(5, 2, 4, readout('last', 2)) }),
    ],
    dropout: 0.3,
  }),
  'a stack that reads both ways': bidirectional({
    forward: stack({ layers: [layer(2, 2, 1), layer(2, 2, 2)] }),
    backward: stack({ layers: [layer(2, 2, 3), layer(2, 3, 4)] }),
  }),
};

/** The number of states of a network. */
const statesOf = (of: Network) => program(of, oracle).states;

/** Irregular, masked sequences with an initial state for every layer. */
const sequencesFor = (of: Network, batch: number, steps: number, seed = 1): Sequences => ({
  ...irregular({ ...models(of)[0]!.model, inputs: of.inputs }, batch, steps, { seed }),
  initial: draws(batch * statesOf(of), seed),
});

const run = (of: Network, options: ProgramOptions, sequences: Sequences, dropout?: number) => {
  const it = program(of, options);
  const answer = it.forward(sequences, { tape: true, states: true, ...(dropout === undefined ? {} : { dropout }) });
  const gradients = it.backward(draws(answer.outputs.length), draws(answer.carry.length, 8));
  return { answer, gradients };
};

test.for(Object.keys(networks))('%s: every engine gives the values and gradients of the oracle', (name) => {
  const of = networks[name]!;
  const sequences = sequencesFor(of, 9, 4);
  const wanted = run(of, oracle, sequences, 5);
  for (const [engine, value, gradient] of [
    [{ backend: 'wasm', precision: 'float64' }, 1e-11, 1e-11],
    [{ backend: 'wasm', precision: 'float32' }, 2e-5, 2e-4],
  ] as const) {
    const given = run(of, engine, sequences, 5);
    for (const [key, array] of Object.entries(wanted.answer))
      expect(distance(given.answer[key as 'final']!, array), key).toBeLessThan(value);
    for (const [key, array] of Object.entries(wanted.gradients))
      expect(distance(given.gradients[key as 'x'], array), key).toBeLessThan(gradient);
  }
});

test.for(Object.keys(networks))('%s: the gradient meets finite differences, at dropout too', (name) => {
  const of = networks[name]!;
  const { batch, steps, mask, ...rest } = sequencesFor(of, 3, 4);
  const it = program(of, oracle);
  const point = {
    parameters: of.parameters.slice(),
    x: Float64Array.from(rest.x),
    dt: Float64Array.from(rest.dt!, (value) => value + 0.05), // dt = 0 has a one-sided derivative only
    initial: Float64Array.from(rest.initial!),
  };
  const at = ({ parameters, ...given }: typeof point) => {
    it.update((present) => present.set(parameters));
    return it.forward({ batch, steps, ...given, mask: mask! }, { tape: true, dropout: 3 });
  };
  const { outputs, carry } = at(point);
  const [cotangent, later] = [draws(outputs.length), draws(carry.length, 8)];
  const exact = it.backward(cotangent, later);
  const loss = (p: typeof point) => {
    const answer = at(p);
    return dot(answer.outputs, cotangent) + dot(answer.carry, later);
  };
  const masked = { x: of.inputs, dt: 1 } as Record<string, number>;
  for (const key of ['parameters', 'x', 'dt', 'initial'] as const) {
    const wanted = point[key].map((value, k) => {
      if (masked[key] && mask![Math.floor(k / masked[key])] === 0) return 0;
      const slope = (h: number) =>
        (loss({ ...point, [key]: point[key].with(k, value + h) }) -
          loss({ ...point, [key]: point[key].with(k, value - h) })) /
        (2 * h);
      return (4 * slope(5e-5) - slope(1e-4)) / 3;
    });
    // Rounding of central differences in float64 is about 1e-12 of the values; a steep sigmoid leaves room to 1e-6.
    expect(distance(exact[key], wanted), key).toBeLessThan(1e-6);
    wanted.forEach((_, k) => {
      if (masked[key] && mask![Math.floor(k / masked[key])] === 0) expect(exact[key][k]).toBe(0);
    });
  }
});

test('a stack is its layers run by hand, one on the outputs of the other', () => {
  const of = networks['a stack of three cells']!;
  const sequences = sequencesFor(of, 3, 5);
  const { initial: _, ...plain } = sequences;
  const answer = program(of, oracle).forward(plain, { states: true });
  let x = plain.x;
  const byHand = models(of).map(({ model: each }) => {
    const own = program(each, oracle).forward({ ...plain, x }, { states: true });
    x = own.outputs;
    return own;
  });
  expect(answer.outputs).toEqual(byHand.at(-1)!.outputs);
  // States stand layer after layer in each row: 4 of the first, 6 of the LSTM, 3 of the last.
  expect([...answer.final.subarray(0, 4)]).toEqual([...byHand[0]!.final.subarray(0, 4)]);
  expect([...answer.final.subarray(4, 10)]).toEqual([...byHand[1]!.final.subarray(0, 6)]);
  expect([...answer.states!.subarray(13 * 4 + 10, 13 * 5)]).toEqual([...byHand[2]!.states!.subarray(12, 15)]);
});

test('the backward part reads kept samples in reverse, over the same gaps, the first with a dt of 1', () => {
  const of = networks['both directions side by side']!;
  const [forward, backward] = models(of).map(({ model: each }) => program(each, oracle));
  // Samples a, b, c of one sequence; steps without a sample are before, between and behind them.
  const [a, b, c] = [
    [0.3, -0.2],
    [0.9, 0.4],
    [-0.5, 0.1],
  ] as const;
  const none = [Number.NaN, Number.NaN];
  const x = [...none, ...a, ...none, ...b, ...c, ...none];
  const answer = program(of, oracle).forward(
    {
      batch: 1,
      steps: 6,
      x,
      dt: [Number.NaN, 0.7, Number.NaN, 0.4, 1.6, Number.NaN],
      mask: [0, 1, 0, 1, 1, 0],
    },
    { states: true },
  );
  const there = forward!.forward({ batch: 1, steps: 3, x: [...a, ...b, ...c], dt: [0.7, 0.4, 1.6] });
  const back = backward!.forward({ batch: 1, steps: 3, x: [...c, ...b, ...a], dt: [1, 1.6, 0.4] }, { states: true });
  const row = (array: ArrayLike<number>, k: number, width: number) =>
    Array.from({ length: width }, (_, i) => array[k * width + i]!);
  const wanted = [null, [0, 2], null, [1, 1], [2, 0], null].flatMap((at) =>
    at ? [...row(there.outputs, at[0]!, 3), ...row(back.outputs, at[1]!, 2)] : [0, 0, 0, 0, 0],
  );
  expect([...answer.outputs]).toEqual(wanted);
  expect([...answer.final]).toEqual([...there.final, ...back.final]);
  // The backward part's states stand at the steps after which it had them.
  expect(row(answer.states!, 4, 7).slice(3)).toEqual(row(back.states!, 0, 4));
});

test('the last answers of both directions are of the last sample and of the first', () => {
  const every = bidirectional({
    forward: layer(2, 3, 1, readout('every')),
    backward: layer(2, 3, 2, readout('every')),
  });
  const last = bidirectional({ forward: layer(2, 3, 1, readout('last')), backward: layer(2, 3, 2, readout('last')) });
  const { x } = irregular(layer(2, 3, 1), 1, 5, { masked: false });
  const at = (of: Network) => [...program(of, oracle).forward({ batch: 1, steps: 5, x }).outputs];
  const all = at(every);
  expect(at(last)).toEqual([...all.slice(16, 18), ...all.slice(2, 4)]);
});

test('no sequence depends on who else is in the batch, nor on padding', () => {
  const programs = Object.values(networks).map((of) => program(of, { precision: 'float64' }));
  fc.assert(
    fc.property(
      fc.constantFrom(...programs),
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 3 }),
      (it, seed, which, padding) => {
        const of = it.model;
        const [batch, steps] = [11, 4];
        const all = sequencesFor(of, batch, steps, seed);
        const take = (array: ArrayLike<number>, pad: number) => {
          const width = array.length / batch;
          const own = Array.from({ length: width }, (_, k) => array[which * width + k]!);
          return [...own, ...new Array<number>((width / steps) * padding).fill(pad)];
        };
        const width = it.states;
        const alone: Sequences = {
          batch: 1,
          steps: steps + padding,
          x: take(all.x, Number.NaN),
          dt: take(all.dt!, Number.NaN),
          mask: take(all.mask!, 0),
          initial: Float64Array.from(all.initial!).subarray(which * width, (which + 1) * width),
        };
        const [together, single] = [all, alone].map((given) => it.forward(given));
        const row = together!.outputs.length / batch;
        const own = together!.outputs.subarray(which * row, (which + 1) * row);
        const tail = single!.outputs.subarray(own.length);
        expect(single!.outputs.subarray(0, own.length)).toEqual(own);
        expect([...tail].every((value) => value === 0)).toBe(true);
        expect(single!.final).toEqual(together!.final.subarray(which * width, (which + 1) * width));
      },
    ),
    { seed: 11, numRuns: 30 },
  );
});

test('a pass that goes on from the carry of another is one long pass, forward and back', () => {
  const of = networks['a stack of three cells']!;
  const whole = sequencesFor(of, 3, 6);
  const part = (from: number, to: number): Sequences => {
    const cut = (array: ArrayLike<number>) => {
      const width = array.length / 18;
      return Float64Array.from(
        { length: 3 * (to - from) * width },
        (_, k) =>
          array[Math.floor(k / (width * (to - from))) * 6 * width + from * width + (k % (width * (to - from)))]!,
      );
    };
    return { batch: 3, steps: to - from, x: cut(whole.x), dt: cut(whole.dt!), mask: cut(whole.mask!) };
  };
  const it = program(of, oracle);
  const first = it.forward({ ...part(0, 2), initial: whole.initial! });
  const second = it.forward(part(2, 6), { carry: first.carry, tape: true });
  const [cotangent, later] = [draws(second.outputs.length), draws(second.carry.length, 8)];
  const back = it.backward(cotangent, later);
  it.forward({ ...part(0, 2), initial: whole.initial! }, { tape: true });
  const start = it.backward(new Float64Array(first.outputs.length), back.carry);
  const long = it.forward(whole, { tape: true });
  const spread = Float64Array.from(long.outputs, (_, k) => {
    const [row, column] = [Math.floor(k / 2), k % 2];
    const [sequence, step] = [Math.floor(row / 6), row % 6];
    return step < 2 ? 0 : cotangent[(sequence * 4 + step - 2) * 2 + column]!;
  });
  const wanted = it.backward(spread, later);
  expect(distance(second.carry, long.carry)).toBe(0);
  expect(distance(start.initial, wanted.initial)).toBeLessThan(1e-14); // another order of sums
});

test('dropout between layers is reproducible, different for every seed, and nothing outside training', () => {
  const layers = [layer(2, 16, 1), layer(16, 16, 2), layer(16, 3, 3)];
  const [of, without] = [stack({ layers, dropout: 0.4 }), stack({ layers })];
  const sequences = sequencesFor(of, 4, 5);
  const it = program(of);
  const dropped = it.forward(sequences, { dropout: 1 }).outputs;
  expect(it.forward(sequences, { dropout: 1 }).outputs).toEqual(dropped);
  expect(it.forward(sequences, { dropout: 2 }).outputs).not.toEqual(dropped);
  expect(it.forward(sequences).outputs).toEqual(program(without).forward(sequences).outputs);
  expect(dropped).not.toEqual(it.forward(sequences).outputs);
});

test('a stream through a stack gives what a batch does, and goes on from a saved state', () => {
  const of = networks['a stack of three cells']!;
  const steps = 7;
  const { x } = irregular(models(of)[0]!.model, 1, steps, { masked: false });
  const dt = [1, 0.5, 0.25, 2, 1, 0, 3];
  const it = program(of, { precision: 'float64' });
  const { outputs } = it.forward({ batch: 1, steps, x, dt });
  const stream = it.stream();
  let seconds = 10;
  const pushed: number[] = [];
  for (let t = 0; t < steps; t++) {
    if (t > 0) seconds += dt[t]!;
    pushed.push(...stream.push(Array.from(x).slice(2 * t, 2 * t + 2), seconds));
    if (t === 3) {
      const saved = JSON.parse(JSON.stringify(stream.state));
      stream.reset();
      stream.push([0.1, 0.2]);
      stream.restore(saved);
    }
  }
  expect(distance(pushed, outputs)).toBeLessThan(1e-12); // sums in another order
  const { state } = stream;
  const { layers } = state;
  expect(() => stream.restore(layers![0]!)).toThrow('restore: the state is of one model, but this stack has 3 layers');
  const broken = { ...layers![2]!, values: [Number.NaN, 0, 0] };
  expect(() => stream.restore({ ...state, layers: [...layers!.slice(1, 2), layers![1]!, broken] })).toThrow('restore:');
  expect(() => stream.restore({ ...state, layers: layers!.with(2, broken) })).toThrow('must be a finite number');
  expect(() => stream.push([1])).toThrow('push: x has 1 entries, but the model has 2 inputs');
  expect(stream.state).toEqual(state);
});

/** A layer that follows the first and finds no step where its state, which starts at 1, is driven up for a time of 3: dx/dt = x² + u. */
const failing = () => {
  const made = cell({
    name: 'failing',
    paper: 'made for this test',
    equation: 'dx/dt = x^2 + W @ u',
    params: { W: matrix('state', 'input', 1, 1) },
  });
  return stack({
    layers: [layer(1, 1, 1), model({ cell: made, inputs: 1, units: 1, unfolds: 1, solver: dopri5() })],
  });
};

test('a sample that a later layer finds no step for changes no layer of a stream', () => {
  const stream = program(failing(), { precision: 'float64' }).stream();
  stream.push([0.5], 0);
  stream.restore({ ...stream.state, layers: stream.state.layers!.with(1, { values: [1], seconds: 0 }) });
  const { state } = stream;
  expect(() => stream.push([0.5], 3)).toThrow('solver "dopri5": push: after');
  expect(stream.state).toEqual(state);
  stream.push([0.5], 0.1);
  expect(stream.state).not.toEqual(state);
});

test('a forward pass that is broken off between layers leaves no tape, of which a part would be older', () => {
  const made = cell({
    name: 'grow',
    paper: 'made for this test',
    equation: "x' = W @ u",
    params: { W: matrix('state', 'input', 1e30, 1e30) },
  });
  const it = program(stack({ layers: [model({ cell: made, inputs: 1, units: 1 }), layer(1, 1, 1)] }));
  it.forward({ batch: 1, steps: 1, x: [1e-30] }, { tape: true });
  expect(() => it.forward({ batch: 1, steps: 1, x: [1e30] }, { tape: true })).toThrow('layer 0 puts out Infinity');
  expect(() => it.backward([1])).toThrow('backward: the last forward pass kept no tape');
});

test('between samples, a stack is what it would be if sampled then', () => {
  const of = networks['a stack that answers at the last step']!;
  const it = program(of, { precision: 'float64' });
  const [asked, pushed] = [it.stream(), it.stream()];
  for (const each of [asked, pushed]) {
    each.push([0.4, -0.3], 1);
    each.push([-0.6, 0.2], 2.5);
  }
  const { state } = asked;
  const { output, state: there } = asked.stateAt(3.2);
  expect(asked.state).toEqual(state);
  expect(output).toEqual(pushed.push([-0.6, 0.2], 3.2));
  expect(there).toEqual(pushed.state.layers!.flatMap(({ values }) => values));
});

test('what several models cannot do is refused in words', () => {
  const both = networks['both directions side by side']!;
  const two = networks['a stack of three cells']!;
  const sequences = sequencesFor(two, 2, 3);
  expect(() => program(both).stream()).toThrow('reads sequences from their end too');
  expect(() => program(both).forward(sequencesFor(both, 2, 3), { carry: [] })).toThrow(
    'a bidirectional network cannot go on from earlier steps',
  );
  expect(() => program(two, { observe: slope() })).toThrow('observe is for one model');
  const it = program(two);
  expect(() => it.backward([])).toThrow('the last forward pass kept no tape');
  it.forward(sequences, { tape: true });
  expect(() => it.backward([1])).toThrow('the cotangent has 1 entries, but the outputs have 12');
  expect(() => it.forward({ ...sequences, initial: [1] })).toThrow('initial has 1 entries, but (batch 2, states 13)');
  expect(() => it.forward(sequences, { carry: [1] })).toThrow('carry has 1 entries, but this model');
  it.update((parameters) => parameters.fill(3e38));
  expect(() => it.forward(sequences)).toThrow(/layer 0 puts out (NaN|-?Infinity) at sequence 0, step/);
});
