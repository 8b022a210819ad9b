import { check, checkOptions, type Kinds, wholeFrom } from '../options.ts';
import { LANES, POINTER } from '../regions.ts';
import type { Driven, Driver, DriverKind, Engine } from './driver.ts';
import { field } from './field.ts';
import { factor, solve, solveTransposed } from './lu.ts';

/** x' = x + dt·((1 − theta)·field(x) + theta·field(x')), solved for x' by Newton's method. */
export interface ImplicitDrive {
  readonly kind: 'implicit';
  /** From 0 (excluded) to 1. */
  readonly theta: number;
  /** The most iterations of a sub-step; one that has not settled then is an error. */
  readonly iterations: number;
}

/** How far an implicit solver goes to solve its equation. */
export interface Newton {
  /** The most iterations of a sub-step, beyond which it is an error; default 20. */
  readonly iterations?: number;
}

/** What each of its options may be. */
export const newton: Kinds<Newton> = { iterations: wholeFrom(1) };

/** Stages of the field: at the state before, at the state sought, and beside it. */
const [BEFORE, SOUGHT, BESIDE] = [0, 1, 2];

/** A change that is not this much smaller than the one before asks for the Jacobian anew. */
const SLOW = 0.03;

/** What is left to change of the largest state before or after, in roundings, when it has settled. */
const SETTLED = 16;

/**
 * One implicit sub-step by Newton's method, each sequence's for itself. On the way there the Jacobian is made of differences, which
 * need the field alone, and kept while it serves: how good it is says how fast the state settles, not where. On the way back it is
 * exact, made of pullbacks, and the gradient is that of the implicit function theorem at the solution.
 */
export const implicit: DriverKind<ImplicitDrive> = {
  check(name, { theta, iterations }) {
    const holds = () => theta > 0 && theta <= 1;
    check(`solver "${name}": theta`, theta, { wanted: 'above 0 and at most 1', holds });
    checkOptions(`solver "${name}"`, { iterations }, newton);
  },
  make,
};

function make({ name, drive: { theta, iterations } }: Driven<ImplicitDrive>, engine: Engine): Driver {
  const { machine, rounding } = engine;
  const f = field(engine, 3);
  const { size, flows, seen, state, rate, cotangent, seed, place } = f;
  const n = flows.length;
  const [active, dtAt, shareAt] = [place('event.active'), place('dt'), place('sample.fraction')];
  const root = Math.sqrt(rounding);
  const [share, h] = [new Float64Array(LANES), new Float64Array(LANES)];
  // By lane: whether it has not settled, whether its Jacobian is to be made anew, and its change before.
  const [isOpen, isStale, changeBefore] = [new Uint8Array(LANES), new Uint8Array(LANES), new Float64Array(LANES)];
  /** I − theta·h·∂field/∂x of each lane, factored. */
  const matrices = Array.from({ length: LANES }, () => new Float64Array(n * n));
  const orders = Array.from({ length: LANES }, () => new Int32Array(n));
  const v = new Float64Array(n);
  const vector = () => new Float64Array(size);
  const [x, next, known, solved] = [vector(), vector(), vector(), vector()];
  const doesFlow = new Uint8Array(size);
  for (const at of flows) doesFlow.fill(1, at, at + LANES);

  /** The states before the sub-step, and its length: 0 where there is none. */
  const load = (pointers: Int32Array) => {
    f.enter(pointers);
    const memory = machine.scalars;
    const [frame, sample] = [pointers[POINTER.frame]!, pointers[POINTER.sample]!];
    for (let k = 0; k < size; k++) x[k] = memory[frame + k]!;
    for (let lane = 0; lane < LANES; lane++) {
      share[lane] = memory[frame + active + lane] === 1 ? memory[sample + shareAt + lane]! : 0;
      h[lane] = share[lane]! * memory[sample + dtAt + lane]!;
    }
  };

  const factorStale = () => {
    for (let lane = 0; lane < LANES; lane++) if (isStale[lane] === 1) factor(matrices[lane]!, n, orders[lane]!);
    isStale.fill(0);
  };
  const entry = (lane: number, i: number, j: number, slope: number) => {
    matrices[lane]![i * n + j] = (i === j ? 1 : 0) - theta * h[lane]! * slope;
  };

  /** Stale matrices at the state sought, where the field has been evaluated: a column for each state that is moved a little. */
  const linearize = () => {
    const memory = machine.scalars;
    const [here, beside] = [state[SOUGHT]!, state[BESIDE]!];
    memory.copyWithin(beside, here, here + size);
    flows.forEach((from, j) => {
      for (let at = from; at < from + LANES; at++)
        memory[beside + at]! += root * Math.max(1, Math.abs(memory[here + at]!));
      f.evaluate(BESIDE);
      for (let lane = 0; lane < LANES; lane++) {
        if (isStale[lane] === 0) continue;
        const by = memory[beside + from + lane]! - memory[here + from + lane]!;
        for (let i = 0; i < n; i++) {
          const at = flows[i]! + lane;
          entry(lane, i, j, (memory[rate[BESIDE]! + at]! - memory[rate[SOUGHT]! + at]!) / by);
        }
      }
      memory.copyWithin(beside + from, here + from, here + from + LANES);
    });
    factorStale();
  };

  /** The same to rounding: a row for each rate that is pulled back. */
  const differentiate = () => {
    const memory = machine.scalars;
    memory.fill(0, seed, seed + size);
    flows.forEach((from, i) => {
      memory.fill(1, seed + from, seed + from + LANES);
      f.pullback(SOUGHT, 'drop');
      memory.fill(0, seed + from, seed + from + LANES);
      for (let lane = 0; lane < LANES; lane++)
        for (let j = 0; j < n; j++) entry(lane, i, j, memory[cotangent[SOUGHT]! + flows[j]! + lane]!);
    });
    isStale.set(h.map(Math.sign));
    factorStale();
  };

  return {
    isWhole: false,
    end: f.end,
    forward(pointers, { where }) {
      load(pointers);
      const memory = machine.scalars;
      next.set(x);
      known.set(x);
      if (theta < 1) {
        f.evaluate(BEFORE);
        for (const at of flows)
          for (let lane = 0; lane < LANES; lane++)
            known[at + lane]! += (1 - theta) * h[lane]! * memory[rate[BEFORE]! + at + lane]!;
      }
      for (let lane = 0; lane < LANES; lane++) isOpen[lane] = isStale[lane] = h[lane] === 0 ? 0 : 1;
      changeBefore.fill(Number.POSITIVE_INFINITY);
      for (let turn = 0; isOpen.includes(1); turn++) {
        if (turn === iterations) {
          const lane = isOpen.indexOf(1);
          throw new Error(
            `solver "${name}": ${where(lane)}: Newton's method did not settle in ${iterations} iterations on a sub-step of ${h[lane]}; more sub-steps would help`,
          );
        }
        f.evaluate(SOUGHT);
        if (isStale.includes(1)) linearize();
        for (let lane = 0; lane < LANES; lane++) {
          if (isOpen[lane] === 0) continue;
          for (let i = 0; i < n; i++) {
            const at = flows[i]! + lane;
            v[i] = known[at]! + theta * h[lane]! * memory[rate[SOUGHT]! + at]! - next[at]!;
          }
          solve(matrices[lane]!, n, orders[lane]!, v);
          let [change, largest] = [0, 0];
          for (let i = 0; i < n; i++) {
            const at = flows[i]! + lane;
            next[at]! += v[i]!;
            memory[state[SOUGHT]! + at] = next[at]!;
            change = Math.max(change, Math.abs(v[i]!));
            // The running time, behind the states that are seen, says nothing of their size.
            if (i < seen.length) largest = Math.max(largest, Math.abs(x[at]!), Math.abs(next[at]!));
          }
          const ratio = turn === 0 ? 1 : change / changeBefore[lane]!;
          const isSlow = turn > 0 && !(ratio < SLOW);
          // What moves on slowly at last is the rounding of terms, of size 1, that cancel.
          const size = isSlow ? Math.max(1, largest) : largest;
          // As much smaller as this change was than the one before, the next will be than this.
          if (change * Math.min(1, ratio) <= SETTLED * rounding * size) isOpen[lane] = 0;
          else if (isSlow) isStale[lane] = 1;
          changeBefore[lane] = change;
        }
      }
      memory.set(next, pointers[POINTER.next]!);
      return undefined;
    },
    backward(pointers) {
      load(pointers);
      const memory = machine.scalars;
      const [later, sooner] = [pointers[POINTER.cotangentNext]!, pointers[POINTER.cotangent]!];
      memory.copyWithin(state[SOUGHT]!, pointers[POINTER.next]!, pointers[POINTER.next]! + size);
      f.evaluate(SOUGHT);
      differentiate();
      memory.copyWithin(sooner, later, later + size);
      for (let lane = 0; lane < LANES; lane++) {
        if (h[lane] === 0) continue;
        for (let i = 0; i < n; i++) v[i] = memory[later + flows[i]! + lane]!;
        solveTransposed(matrices[lane]!, n, orders[lane]!, v);
        for (let i = 0; i < n; i++) memory[sooner + flows[i]! + lane] = v[i]!;
      }
      // The cotangent of the solved equation, with which each evaluation of the field is pulled back by its weight.
      for (let k = 0; k < size; k++) solved[k] = memory[sooner + k]!;
      const dtGradient = pointers[POINTER.sample]! + place('dt~');
      const add = (stage: number, weight: number, isSolved: boolean) => {
        memory.fill(0, seed, seed + size);
        for (const from of flows) {
          for (let lane = 0; lane < LANES; lane++) {
            const at = from + lane;
            memory[seed + at] = weight * h[lane]! * solved[at]!;
            memory[dtGradient + lane]! += weight * share[lane]! * solved[at]! * memory[rate[stage]! + at]!;
          }
        }
        f.pullback(stage, 'add');
        for (let k = 0; k < size; k++)
          if (!isSolved || !doesFlow[k]) memory[sooner + k]! += memory[cotangent[stage]! + k]!;
      };
      add(SOUGHT, theta, true);
      if (theta === 1) return;
      f.evaluate(BEFORE);
      add(BEFORE, 1 - theta, false);
    },
  };
}
