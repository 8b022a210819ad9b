import { type Computed, compute as compiled } from '../compute.ts';
import { parts, type Tree } from '../equation/tree.ts';
import type { Model } from '../model.ts';
import type { Network } from '../network.ts';
import { check, oneOf, wholeFrom } from '../options.ts';
import type { Sequences } from '../sequences.ts';
import { type Solver, solver } from '../solvers/solver.ts';
import { countOf } from '../timing.ts';
import { checkCotangent, type GradientMethod, type Reversible } from './gradient.ts';
import { likewise, put, windowOf } from './window.ts';
import { runWindows, type Windows } from './windowed.ts';

/** Which states a forward pass keeps: after the last sample only, or after every one. */
export type Kept = 'final' | 'samples';

/**
 * The continuous adjoint (Chen, Rubanova, Bettencourt, Duvenaud 2018, algorithm 1): state, adjoint and gradient are integrated backwards in time,
 * by `steps` steps of Runge–Kutta 4 per sample (default as many as the model's sub-steps). It is the gradient of the differential equation, not of
 * the model's own solver, and going back multiplies errors of the state by e^(rate·dt) a sample: for study. With `kept: 'samples'` the state is set
 * right at every sample, in memory of order steps. Throws for models that jump: the state before a jump does not follow from that after it.
 */
export const adjoint = (
  steps?: number,
  kept: Kept = 'final',
): GradientMethod & { readonly steps?: number; readonly kept: Kept } => {
  if (steps !== undefined) check('adjoint: steps', steps, wholeFrom(1));
  check('adjoint: kept', kept, oneOf('final', 'samples'));
  return {
    name: 'adjoint',
    ...(steps === undefined ? {} : { steps }),
    kept,
    of: (program) => backsolve(program, steps, kept),
  };
};

/** A step that leaves the state as it is: what remains of a sample is its output. */
const still = solver({ name: 'still', order: 1, stability: 0, step: `x' = x` });
/** A step to the rate of change: its reverse is the product with the Jacobian. */
const field = solver({ name: 'field', order: 1, stability: 0, step: `x' = field(x)` });
/** Runge–Kutta 4: how far along the slope before each stage stands, and its weight. */
const stages = [
  { along: 0, weight: 1 / 6 },
  { along: 1 / 2, weight: 1 / 3 },
  { along: 1 / 2, weight: 1 / 3 },
  { along: 1, weight: 1 / 6 },
];

function backsolve(program: Computed, steps: number | undefined, kept: Kept): Reversible {
  const { backend, precision, fma, threads, states, carried } = program;
  const model = flowing(program.model);
  const { maxStep: _, ...base } = model;
  const under = (solver: Solver): Computed =>
    compiled({ ...base, solver, unfolds: 1 }, { backend, precision, fma: fma ? 'auto' : 'off', threads });
  const [outputs, rates] = [under(still), under(field)];
  const strideOf = ({ batch, dt, mask }: Sequences): Stride => {
    const lengths = new Float64Array(batch);
    const counts = Int32Array.from({ length: batch }, (_, b) => {
      if (mask?.[b] === 0) return 0;
      const elapsed = dt?.[b] ?? 1;
      const count = steps ?? countOf(model, elapsed);
      lengths[b] = elapsed / count;
      return count;
    });
    return { lengths, counts };
  };
  let past: Windows | undefined;
  let bytes = 0;

  return {
    get memory() {
      return program.memory + outputs.memory + rates.memory + bytes;
    },
    forward(sequences, wishes = {}) {
      past = undefined;
      past = runWindows(program, sequences, kept === 'samples' ? 1 : sequences.steps, { ...wishes, tape: false });
      bytes = Math.max(bytes, past.bytes);
      return past.answer;
    },
    backward(cotangent, carry) {
      const { sequences, all, rows, answer } = checkCotangent(past, cotangent);
      const parameters = program.parameters();
      for (const it of [outputs, rates]) it.update((own) => own.set(parameters));
      const { batch } = sequences;
      const gradient = {
        x: likewise(answer.final, sequences.x.length),
        dt: likewise(answer.final, batch * sequences.steps),
        initial: likewise(answer.final, answer.final.length),
        carry: likewise(answer.final, answer.carry.length),
        parameters: likewise(answer.final, parameters.length),
      };
      const sum = new Float64Array(parameters.length);
      /** The states after a step, where the forward pass kept them. */
      const keptAfter = new Map(all.map(({ to }, k) => [to - 1, all[k + 1]?.carry ?? answer.carry]));
      let state: Float64Array = Float64Array.from(answer.carry);
      let adjoint: Float64Array = carry ? Float64Array.from(carry) : new Float64Array(state.length);

      for (let t = sequences.steps - 1; t >= 0; t--) {
        const sample = windowOf(sequences, model.inputs, t, t + 1);
        const known = keptAfter.get(t);
        if (known) state = Float64Array.from(known);
        outputs.forward(sample, { carry: state, tape: true });
        const read = outputs.backward(rows.take(cotangent, t, t + 1), adjoint);
        adjoint = Float64Array.from(read.carry);
        add(sum, read.parameters);
        const back = along(rates, sample, strideOf(sample), { state, adjoint }, sum);
        ({ state, adjoint } = back);
        add(back.x, read.x);
        add(back.dt, read.dt);
        put(gradient.x, sequences, back.x, t);
        put(gradient.dt, sequences, back.dt, t);
      }
      gradient.parameters.set(sum);
      gradient.carry.set(adjoint);
      for (let b = 0; b < batch; b++)
        gradient.initial.set(adjoint.subarray(b * carried, b * carried + states), b * states);
      return gradient;
    },
  };
}

/** Length and number of the steps that each sequence takes over a sample; 0 of them where it is masked. */
interface Stride {
  readonly lengths: Float64Array;
  readonly counts: Int32Array;
}

/**
 * Take state and adjoint from the end of a sample to its start, and add the parameters' gradient to `sum`. A cotangent scaled by a stage's weight
 * times its step gives that stage's share of everything, one number a sequence, from one reverse kernel.
 */
function along(
  rates: Computed,
  sample: Sequences,
  { lengths, counts }: Stride,
  from: { readonly state: Float64Array; readonly adjoint: Float64Array },
  sum: Float64Array,
) {
  let { state, adjoint }: { state: Float64Array; adjoint: Float64Array } = from;
  const { carried } = rates;
  const none = new Float64Array(sample.batch * rates.model.outputs);
  const x = new Float64Array(sample.x.length);
  const dt = new Float64Array(sample.batch);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  for (let step = 0; step < most; step++) {
    const h = (k: number) => {
      const b = Math.floor(k / carried);
      return step < counts[b]! ? lengths[b]! : 0;
    };
    const next = { state: state.slice(), adjoint: adjoint.slice() };
    let slope = { rate: none as ArrayLike<number>, pulled: none as ArrayLike<number>, weight: 1 };
    for (const { along, weight } of stages) {
      const at = along === 0 ? state : state.map((v, k) => v - along * h(k) * slope.rate[k]!);
      const by = along === 0 ? adjoint : adjoint.map((v, k) => v + (along / slope.weight) * slope.pulled[k]!);
      const { carry: rate } = rates.forward(sample, { carry: at, tape: true });
      const share = rates.backward(
        none,
        by.map((v, k) => weight * h(k) * v),
      );
      if (step === 0 && along === 0) {
        for (let k = 0; k < by.length; k++) {
          const b = Math.floor(k / carried);
          if (counts[b]! > 0) dt[b]! += by[k]! * rate[k]!;
        }
      }
      next.state.forEach((v, k) => {
        next.state[k] = v - weight * h(k) * rate[k]!;
      });
      add(next.adjoint, share.carry);
      add(sum, share.parameters);
      add(x, share.x);
      slope = { rate, pulled: share.carry, weight };
    }
    ({ state, adjoint } = next);
  }
  return { state, adjoint, x, dt };
}

function add(sum: Float64Array, array: ArrayLike<number>): void {
  for (let k = 0; k < sum.length; k++) sum[k]! += array[k]!;
}

/** The model of a network that flows and does nothing else; throws when it is another. */
function flowing(network: Network): Model {
  const refuse = (why: string): never => {
    throw new Error(`adjoint: ${why}; gradients "bptt" and "checkpointed" can go back through it`);
  };
  if (!('cell' in network))
    return refuse('a network of several models passes its states on at samples, which is a jump');
  const { cell, missing, interpolation } = network;
  const { lines } = cell.equation;
  const jump = lines.find(({ left }) => left.kind === 'jump');
  if (jump)
    refuse(
      `cell "${cell.name}" jumps (${jump.left.name}' = …), and the state before a jump does not follow from that after it`,
    );
  if (missing === 'hold' || interpolation === 'linear')
    refuse(
      `the model remembers inputs from one sample to the next, which is a jump (missing "hold" or interpolation "linear")`,
    );
  const drops = (tree: Tree): boolean => (tree.kind === 'call' && tree.name === 'dropout') || parts(tree).some(drops);
  if (lines.some(({ right }) => drops(right)))
    refuse(`cell "${cell.name}" has dropout, whose factors belong to a sample`);
  return network;
}
