import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance, draws, everyCell, irregular, looseWiring, solverNamed, withGaps } from '../test/networks.ts';
import { cfc } from './cells/cfc.ts';
import { ltc } from './cells/ltc.ts';
import { mixed } from './cells/mixed.ts';
import { synaptic } from './cells/synaptic.ts';
import { type Missing, type Model, model } from './model.ts';
import { type Program, program } from './program.ts';
import { random } from './random.ts';
import type { Labelled, Sequences } from './sequences.ts';
import { evaluate } from './training/evaluate.ts';

const inputs = 2;
const engines = [{ backend: 'javascript' }, { precision: 'float64' }, { precision: 'float32' }] as const;
const missings: readonly (Missing | undefined)[] = [undefined, 'hold', 'zero', { mean: [0.5, -0.25] }];

const cells = { ...everyCell, 'mixed-ltc': () => mixed(ltc()), 'mixed-cfc': () => mixed(cfc({ backboneUnits: 5 })) };

/** What may be combined freely; a choice that a cell does not allow is left out. */
const choices = fc.record({
  cell: fc.constantFrom(...Object.keys(cells)),
  missing: fc.constantFrom(...missings),
  interpolation: fc.constantFrom('hold', 'linear' as const),
  steps: fc.constantFrom({ unfolds: 2 }, { maxStep: 0.7 }),
  solver: fc.constantFrom('euler', 'heun', 'implicit-euler', 'tsit5'),
  when: fc.constantFrom(undefined, 'every', 'last' as const),
  engine: fc.constantFrom(engines[1], engines[2], engines[1], engines[2], engines[0]),
  lengths: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 10 }),
  seed: fc.nat(1000),
});
type Choice = typeof choices extends fc.Arbitrary<infer T> ? T : never;

function netOf({ cell, missing, interpolation, steps, solver, when, seed }: Choice): Model {
  const made = (cells as typeof everyCell)[cell]!();
  const flows = made.equation.lines.some(({ left }) => left.kind === 'flow');
  const fills = missing !== undefined && !made.takesMissing;
  return model({
    cell: made,
    inputs,
    wiring: looseWiring(made, fills && missing === 'hold' ? 2 * inputs : inputs, 3, 2),
    solver: solverNamed(solver),
    ...steps,
    ...(fills ? { missing } : {}),
    ...(flows ? { interpolation } : {}),
    ...(when ? { readout: { outputs: 2, when } } : {}),
    seed,
  });
}

/** One sequence of `length` steps, none masked, with gaps where the model takes them. */
function one(net: Model, length: number, seed: number): Sequences {
  const whole = irregular(net, 1, length, { masked: false, seed });
  return net.missing || net.cell.takesMissing ? withGaps(whole, inputs, seed) : whole;
}

/** Sequences of different lengths side by side: each has its steps in order at some of `steps`, and behind all masks stands `rubbish`. */
function padded(each: readonly Sequences[], steps: number, seed: number, rubbish: number) {
  const draw = random(seed);
  const x: number[] = [];
  const dt: number[] = [];
  const mask: number[] = [];
  /** The place in the batch of every step of each sequence. */
  const places = each.map((sequence, b) => {
    const own: number[] = [];
    for (let t = 0; t < steps; t++) {
      const left = sequence.steps - own.length;
      const isKept = left > 0 && draw.integer(steps - t) < left;
      const from = own.length * inputs;
      x.push(...(isKept ? Array.from(sequence.x).slice(from, from + inputs) : Array(inputs).fill(rubbish)));
      dt.push(isKept ? sequence.dt![own.length]! : rubbish);
      mask.push(isKept ? 1 : 0);
      if (isKept) own.push(b * steps + t);
    }
    return own;
  });
  const initial = each.flatMap((sequence) => Array.from(sequence.initial!));
  return { sequences: { batch: each.length, steps, x, dt, mask, initial } satisfies Sequences, places };
}

const run = (it: Program, sequences: Sequences, cotangent: ArrayLike<number>) => {
  const answer = it.forward(sequences, { tape: true, states: true });
  return { ...answer, gradients: it.backward(cotangent) };
};

/** Rows of an array with one for every step, or for every sequence. */
const rows = (array: ArrayLike<number>, which: readonly number[], count: number) => {
  const width = array.length / count;
  return which.flatMap((row) => Array.from(array).slice(row * width, (row + 1) * width));
};

test('no sequence depends on the others in its batch, on padding, or on what stands behind masks, bit for bit', () => {
  fc.assert(
    fc.property(choices, (choice) => {
      const net = netOf(choice);
      const it = program(net, choice.engine);
      const { lengths, seed } = choice;
      const each = lengths.map((length, b) => one(net, length, seed + b));
      const steps = Math.max(...lengths) + (seed % 3);
      const { sequences, places } = padded(each, steps, seed, [Number.NaN, Number.POSITIVE_INFINITY, 1e30][seed % 3]!);
      const isLast = choice.when === 'last';
      const batch = each.length;
      const cotangent = draws(batch * (isLast ? 1 : steps) * net.outputs, seed);
      const together = run(it, sequences, cotangent);
      const parameters = new Float64Array(net.parameters.length);
      each.forEach((sequence, b) => {
        const own = places[b]!;
        const answered = isLast ? rows(cotangent, [b], batch) : rows(cotangent, own, batch * steps);
        const alone = run(it, sequence, answered);
        const outputs = isLast ? rows(together.outputs, [b], batch) : rows(together.outputs, own, batch * steps);
        expect(outputs, `outputs of ${b}`).toEqual(Array.from(alone.outputs));
        expect(rows(together.states!, own, batch * steps), `states of ${b}`).toEqual(Array.from(alone.states!));
        for (const name of ['final', 'carry'] as const)
          expect(rows(together[name], [b], batch), `${name} of ${b}`).toEqual(Array.from(alone[name]));
        const { gradients } = together;
        for (const name of ['x', 'dt'] as const)
          expect(rows(gradients[name], own, batch * steps), name).toEqual(Array.from(alone.gradients[name]));
        for (const name of ['initial', 'carry'] as const)
          expect(rows(gradients[name], [b], batch), name).toEqual(Array.from(alone.gradients[name]));
        for (const [k, value] of alone.gradients.parameters.entries()) parameters[k]! += value;
      });
      // Sums over sequences are rounded in another order.
      const rounding = it.precision === 'float32' ? 1e-5 : 1e-12;
      expect(distance(together.gradients.parameters, parameters)).toBeLessThan(rounding);
      const hidden = sequences.mask.flatMap((kept, at) => (kept ? [] : [at]));
      for (const name of ['x', 'dt'] as const)
        expect(rows(together.gradients[name], hidden, batch * steps).every((value) => value === 0)).toBe(true);
    }),
    { seed: 4, numRuns: 45 },
  );
});

test('losses and metrics are those of the steps that exist, whatever stands at the others', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }),
      fc.constantFrom('every', 'last' as const),
      fc.nat(1000),
      (lengths, when, seed) => {
        const net = model({ cell: synaptic(), inputs, units: 3, missing: 'hold', readout: { outputs: 2, when }, seed });
        const each = lengths.map((length, b) => one(net, length, seed + b));
        const steps = Math.max(...lengths) + 2;
        const { sequences, places } = padded(each, steps, seed, Number.NaN);
        const count = when === 'last' ? each.length : each.length * steps;
        const target = draws(count * 2, seed);
        const all = when === 'last' ? places.map((_, b) => b) : places.flat();
        for (let row = 0; row < count; row++) if (!all.includes(row)) target.fill(Number.NaN, 2 * row, 2 * row + 2);
        const options = { loss: 'mse', precision: 'float64', batch: 2 } as const;
        const whole = evaluate(net, { ...sequences, target } satisfies Labelled, options);
        let squares = 0;
        each.forEach((sequence, b) => {
          const own = Float64Array.from(rows(target, when === 'last' ? [b] : places[b]!, count));
          const alone = evaluate(net, { ...sequence, target: own }, options);
          squares += alone.loss * own.length;
        });
        expect(whole.loss).toBeCloseTo(squares / (all.length * 2), 12);
        expect(whole.metrics.mse!.value).toBeCloseTo(squares / (all.length * 2), 12);
      },
    ),
    { seed: 5, numRuns: 12 },
  );
});
