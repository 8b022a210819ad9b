import { check, checkOptions, type Kinds, numberFrom, positiveNumber, wholeFrom } from '../options.ts';
import { LANES, POINTER } from '../regions.ts';
import type { Driven, Driver, DriverKind, Engine } from './driver.ts';
import { field } from './field.ts';

/** An embedded Runge–Kutta pair whose last stage stands at the new state, with steps as long as their estimated error allows. */
export interface AdaptiveDrive extends Required<Tolerances> {
  readonly kind: 'adaptive';
  /** Rows of the table; the last one is the weights of the new state. */
  readonly a: readonly (readonly number[])[];
  /** Weights of the stages in the estimated error over dt. */
  readonly error: readonly number[];
  /** State inside a step: x + dt·Σ p_k(θ)·k_k at the share θ of it; p_k(θ) = Σ dense[k][m]·θ^(m+1). */
  readonly dense: readonly (readonly number[])[];
}

/** How an adaptive solver chooses its steps. */
export interface Tolerances {
  /** Error allowed in a step, as a share of each state; default 1e-6. No less is asked for than the precision in use can tell. */
  readonly rtol?: number;
  /** Error allowed in a step beside that, in the states' units; default 1e-9. */
  readonly atol?: number;
  /** The most steps in a sample, rejected ones too; default 10000. */
  readonly maxSteps?: number;
}

/** What each tolerance may be. */
export const tolerances: Kinds<Tolerances> = { rtol: numberFrom(0), atol: positiveNumber, maxSteps: wholeFrom(1) };

/** How much shorter and longer a step may become at once, and how much of what its error allows it is (Hairer, Nørsett and Wanner, Solving ODEs I, II.4). */
const [SHORTER, LONGER, SAFETY] = [0.2, 10, 0.9];

/** Weight of the error before in the choice of a step: proportional-integral control (Hairer and Wanner, Solving ODEs II, IV.2). */
const BETA = 0.04;

/** Least error before that counts there. */
const LEAST = 1e-4;

/** An error of fewer roundings of the largest state than this is none. */
const NOISE = 64;

/**
 * A share of a sample cut to six binary digits: a step that rounding, which differs from engine to engine, does not change, so that
 * all take the same steps, and that stands still where the state changes little, as the gradient has it.
 */
function coarse(share: number): number {
  const digit = Math.max(2 ** (Math.floor(Math.log2(share)) - 5), Number.MIN_VALUE);
  return Math.floor(share / digit) * digit;
}

/**
 * Steps of an embedded pair, as long as their estimated error allows, each sequence's for itself; every sample starts anew, because
 * inputs jump. The gradient goes back through the accepted steps, exactly, the share of the sample that each takes held constant.
 */
export const adaptive: DriverKind<AdaptiveDrive> = { check: checkDrive, make };

function checkDrive(name: string, { a, error, dense, rtol, atol, maxSteps }: AdaptiveDrive): void {
  const where = `solver "${name}"`;
  checkOptions(where, { rtol, atol, maxSteps }, tolerances);
  const stages = a.length;
  const wants = (what: string, value: number, wanted: string, holds: boolean) =>
    check(`${where}: ${what}`, value, { wanted, holds: () => holds });
  const sum = (row: readonly number[]) => row.reduce((total, v) => total + v, 0);
  const table = (row: string, wanted: number, value: number) =>
    wants(row, value, `${wanted}`, Math.abs(value - wanted) <= 1e-12);
  wants('the number of stages', stages, 'at least 2', stages >= 2);
  a.forEach((row, k) => {
    wants(`the length of row ${k} of a`, row.length, `${k}`, row.length === k);
  });
  table('the sum of the last row of a', 1, sum(a.at(-1)!));
  wants('the length of error', error.length, `${stages}`, error.length === stages);
  table('the sum of error', 0, sum(error));
  wants('the length of dense', dense.length, `${stages}`, dense.length === stages);
  dense.forEach((row, k) => {
    table(`the sum of row ${k} of dense`, a.at(-1)![k] ?? 0, sum(row));
  });
}

function make({ name, order, drive }: Driven<AdaptiveDrive>, engine: Engine): Driver {
  const { a, error, dense, rtol, atol, maxSteps } = drive;
  const { machine, rounding } = engine;
  const last = a.length - 1;
  const f = field(engine, a.length);
  const { size, flows, seen, state, rate, cotangent, seed, place } = f;
  const [active, dtAt, shareAt] = [place('event.active'), place('dt'), place('sample.fraction')];

  // By lane: the sample's time; the longest step, the place and the steps to come and at hand as shares of it; the error before.
  const perLane = () => new Float64Array(LANES);
  const [dt, longest, position, wish, share, errorBefore] = [
    perLane(),
    perLane(),
    perLane(),
    perLane(),
    perLane(),
    perLane(),
  ];
  const [tried, isRepeated] = [new Int32Array(LANES), new Uint8Array(LANES)];
  const vector = () => new Float64Array(size);
  const [x, arrival, gradient] = [vector(), vector(), vector()];

  /** Go from x along the rates of a row of the table: to `arrival`, and to a stage's state. */
  const move = (stage: number, row: readonly number[]) => {
    const memory = machine.scalars;
    for (const at of flows) {
      for (let lane = 0; lane < LANES; lane++) {
        let sum = 0;
        for (let k = 0; k < row.length; k++) if (row[k] !== 0) sum += row[k]! * memory[rate[k]! + at + lane]!;
        arrival[at + lane] = x[at + lane]! + share[lane]! * dt[lane]! * sum;
        memory[state[stage]! + at + lane] = arrival[at + lane]!;
      }
    }
  };

  /** The size of what `value` says of each state of a lane, in units of the error allowed there: a root mean square. */
  const norm = (lane: number, value: (at: number) => number): number => {
    let largest = 0;
    for (const at of seen) largest = Math.max(largest, Math.abs(x[at + lane]!), Math.abs(arrival[at + lane]!));
    let sum = 0;
    for (const at of seen) {
      const own = Math.max(Math.abs(x[at + lane]!), Math.abs(arrival[at + lane]!));
      sum += (value(at + lane) / Math.max(atol + rtol * own, NOISE * rounding * largest)) ** 2;
    }
    return Math.sqrt(sum / seen.length);
  };

  /** The rates at x, and first steps from how large they are and how fast they change (Hairer, Nørsett and Wanner, II.4). */
  const begin = () => {
    arrival.set(x);
    f.evaluate(0);
    const memory = machine.scalars;
    for (let lane = 0; lane < LANES; lane++) {
      const [distance, speed] = [norm(lane, (at) => x[at]!), norm(lane, (at) => memory[rate[0]! + at]!)];
      const guess = distance < 1e-5 || speed < 1e-5 ? 1e-6 : (0.01 * distance) / speed;
      share[lane] = dt[lane] === 0 ? 0 : Math.min(guess / dt[lane]!, longest[lane]!);
    }
    move(1, [1]);
    f.evaluate(1);
    arrival.set(x);
    for (let lane = 0; lane < LANES; lane++) {
      const first = share[lane]! * dt[lane]!;
      const speed = norm(lane, (at) => memory[rate[0]! + at]!);
      const change = norm(lane, (at) => memory[rate[1]! + at]! - memory[rate[0]! + at]!) / first;
      const steepest = Math.max(speed, change);
      const second = steepest <= 1e-15 ? Math.max(1e-6, first * 1e-3) : (0.01 / steepest) ** (1 / order);
      const chosen = Math.min(100 * first, second) / dt[lane]!;
      wish[lane] = chosen > 0 && chosen < longest[lane]! ? coarse(chosen) : longest[lane]!;
      // Where no time passes, one step is enough.
      if (dt[lane] === 0) wish[lane] = 1;
    }
  };

  /** Whether the step at hand of a lane is accepted; chooses the one after it. */
  const judge = (lane: number): boolean => {
    const memory = machine.scalars;
    const estimate = norm(lane, (at) => {
      let sum = 0;
      for (let k = 0; k <= last; k++) sum += error[k]! * memory[rate[k]! + at]!;
      return share[lane]! * dt[lane]! * sum;
    });
    const isAccepted = estimate <= 1;
    const by = SAFETY * estimate ** (0.75 * BETA - 1 / order);
    if (isAccepted) {
      const longer = Math.min(LONGER, Math.max(SHORTER, by * errorBefore[lane]! ** BETA));
      wish[lane] = Math.min(longest[lane]!, coarse(share[lane]! * (isRepeated[lane] ? Math.min(1, longer) : longer)));
      errorBefore[lane] = Math.max(estimate, LEAST);
    } else wish[lane] = coarse(share[lane]! * Math.max(SHORTER, Number.isNaN(by) ? 0 : by));
    isRepeated[lane] = isAccepted ? 0 : 1;
    return isAccepted;
  };

  /** The states of a lane at a share of the step at hand. */
  const inside = (lane: number, theta: number): Float64Array => {
    const states = Float64Array.from({ length: size / LANES }, (_, k) => x[k * LANES + lane]!);
    const powers = dense.map((row) => row.reduceRight((sum, coefficient) => (sum + coefficient) * theta, 0));
    for (const at of flows) {
      let sum = 0;
      for (let k = 0; k <= last; k++) sum += powers[k]! * machine.scalars[rate[k]! + at + lane]!;
      states[at / LANES]! += share[lane]! * dt[lane]! * sum;
    }
    return states;
  };

  const load = (pointers: Int32Array) => {
    f.enter(pointers);
    const memory = machine.scalars;
    for (let k = 0; k < size; k++) x[k] = memory[pointers[POINTER.frame]! + k]!;
    for (let lane = 0; lane < LANES; lane++) dt[lane] = memory[pointers[POINTER.sample]! + dtAt + lane]!;
  };

  return {
    isWhole: true,
    end: f.end,
    forward(pointers, { keep, where, visit, refine = 1 }) {
      load(pointers);
      const memory = machine.scalars;
      for (let lane = 0; lane < LANES; lane++) {
        longest[lane] = memory[pointers[POINTER.sample]! + shareAt + lane]!;
        position[lane] = memory[pointers[POINTER.frame]! + active + lane] === 1 ? 0 : 1;
        tried[lane] = isRepeated[lane] = 0;
        errorBefore[lane] = LEAST;
      }
      const first = x.slice();
      const starts: Float64Array[] = [];
      const shares: Float64Array[] = [];
      const accepted = new Int32Array(LANES);
      begin();
      while (position.some((at) => at < 1)) {
        for (let lane = 0; lane < LANES; lane++) {
          const left = 1 - position[lane]!;
          // What rounding leaves over is no step.
          share[lane] = wish[lane]! < left * (1 - 1e-10) ? wish[lane]! : left;
          if (left === 0) continue;
          const steps = tried[lane]!++;
          if (steps === maxSteps || position[lane]! + share[lane]! === position[lane])
            throw new Error(
              `solver "${name}": ${where(lane)}: after ${steps} steps ${position[lane]} of a sample of dt ${dt[lane]} is done, and the next step is ${share[lane]! * dt[lane]!}; ${steps === maxSteps ? 'the flow is stiff, or maxSteps, rtol or atol too small' : 'the flow is not finite there, or changes at once'}`,
            );
        }
        for (let stage = 1; stage <= last; stage++) {
          move(stage, a[stage]!);
          f.evaluate(stage);
        }
        for (let lane = 0; lane < LANES; lane++) {
          if (position[lane] === 1 || !judge(lane)) continue;
          const number = accepted[lane]!++;
          if (keep) {
            starts[number] ??= first.slice();
            shares[number] ??= perLane();
            shares[number]![lane] = share[lane]!;
            for (const at of flows) starts[number]![at + lane] = x[at + lane]!;
          }
          for (let k = 1; visit && k <= refine; k++)
            visit(lane, position[lane]! + (share[lane]! * k) / refine, inside(lane, k / refine));
          for (const at of flows) {
            x[at + lane] = arrival[at + lane]!;
            memory[rate[0]! + at + lane] = memory[rate[last]! + at + lane]!;
          }
          const left = 1 - position[lane]!;
          position[lane] = share[lane] === left ? 1 : position[lane]! + share[lane]!;
        }
      }
      memory.set(x, pointers[POINTER.next]!);
      return keep ? { starts, shares } : undefined;
    },
    backward(pointers, path) {
      load(pointers);
      const memory = machine.scalars;
      const b = a[last]!;
      const dtGradient = pointers[POINTER.sample]! + place('dt~');
      for (let k = 0; k < size; k++) gradient[k] = memory[pointers[POINTER.cotangentNext]! + k]!;
      for (let step = path!.starts.length - 1; step >= 0; step--) {
        x.set(path!.starts[step]!);
        share.set(path!.shares[step]!);
        for (let stage = 0; stage < last; stage++) {
          move(stage, a[stage]!);
          f.evaluate(stage);
        }
        for (let stage = last - 1; stage >= 0; stage--) {
          memory.fill(0, seed, seed + size);
          for (const at of flows) {
            for (let lane = 0; lane < LANES; lane++) {
              let sum = b[stage]! * gradient[at + lane]!;
              for (let k = stage + 1; k < last; k++) {
                if (a[k]![stage] !== 0) sum += a[k]![stage]! * memory[cotangent[k]! + at + lane]!;
              }
              memory[seed + at + lane] = share[lane]! * dt[lane]! * sum;
              memory[dtGradient + lane]! += share[lane]! * sum * memory[rate[stage]! + at + lane]!;
            }
          }
          f.pullback(stage, 'add');
        }
        for (let stage = 0; stage < last; stage++)
          for (let k = 0; k < size; k++) gradient[k]! += memory[cotangent[stage]! + k]!;
      }
      memory.set(gradient, pointers[POINTER.cotangent]!);
    },
  };
}
