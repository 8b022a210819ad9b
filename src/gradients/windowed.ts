import type { Computed } from '../compute.ts';
import type { Network } from '../network.ts';
import type { Answer, Gradients, Reals, Wishes } from '../program.ts';
import { random } from '../random.ts';
import type { Sequences } from '../sequences.ts';
import { checkCotangent, type Reversible } from './gradient.ts';
import { likewise, type OutputRows, outputRows, put, windowOf } from './window.ts';

/** A window of steps, and what running it again needs. */
export interface Window {
  readonly from: number;
  readonly to: number;
  /** All states before it; the first window may start from the sequences' `initial`. */
  readonly carry?: ArrayLike<number>;
  /** Seed of its factors of dropout. */
  readonly dropout?: number;
}

/** A forward pass in windows: each with the states before it. */
export interface Windows {
  readonly sequences: Sequences;
  readonly all: readonly Window[];
  readonly rows: OutputRows;
  readonly answer: Answer;
  /** Bytes of the states kept. */
  readonly bytes: number;
}

/** Run sequences in windows of `length` steps; `tape` is kept of the last. Each window draws its dropout from a seed of its own. */
export function runWindows(
  program: Computed,
  sequences: Sequences,
  length: number,
  { tape, carry, dropout }: Pick<Wishes, 'tape' | 'carry' | 'dropout'>,
): Windows {
  const { steps } = sequences;
  const rows = outputRows(program.model, sequences);
  const seeds = dropout === undefined ? undefined : random(dropout);
  const all: Window[] = [];
  let outputs: Reals | undefined;
  let before = carry;
  let bytes = 0;
  for (let from = 0; ; from += length) {
    const to = Math.min(from + length, steps);
    const window: Window = {
      from,
      to,
      ...(before ? { carry: before } : {}),
      ...(seeds ? { dropout: seeds.integer(2 ** 31) } : {}),
    };
    all.push(window);
    const answer = run(program, sequences, window, tape === true && to === steps);
    outputs ??= likewise(answer.outputs, rows.size);
    rows.put(outputs, answer.outputs, from, to);
    if (to === steps) return { sequences, all, rows, answer: { ...answer, outputs }, bytes };
    before = answer.carry;
    bytes += answer.carry.byteLength;
  }
}

function run(program: Computed, { initial, ...sequences }: Sequences, window: Window, tape: boolean): Answer {
  const { from, to, carry, dropout } = window;
  try {
    return program.forward(
      { ...windowOf(sequences, program.model.inputs, from, to), ...(from === 0 && initial ? { initial } : {}) },
      { tape, ...(carry ? { carry } : {}), ...(dropout === undefined ? {} : { dropout }) },
    );
  } catch (error) {
    if (from === 0) throw error;
    throw new Error(`steps from ${from} on: ${(error as Error).message}`, { cause: error });
  }
}

/** Refuse networks that read later steps before earlier ones; `where` is the method in the error. */
function checkForward(where: string, network: Network): void {
  if ('cell' in network) return;
  if (network.kind === 'bidirectional')
    throw new Error(`${where}: a bidirectional network reads later steps first, so it cannot be run in windows`);
  for (const part of network.parts) checkForward(where, part);
}

/**
 * A program that runs sequences in windows of `lengthOf(steps)` steps, keeps the states at their borders, and runs each window again with a
 * tape when it goes back. With `across`, cotangents cross the borders: the gradient is exact. `where` is the method in errors.
 */
export function windowed(
  where: string,
  program: Computed,
  lengthOf: (steps: number) => number,
  across: boolean,
): Reversible {
  checkForward(where, program.model);
  let past: Windows | undefined;
  /** The window whose tape the program has. */
  let taped: Window | undefined;
  let kept = 0;

  return {
    get memory() {
      return program.memory + kept;
    },
    forward(sequences, wishes = {}) {
      past = undefined;
      past = runWindows(program, sequences, lengthOf(sequences.steps), { ...wishes, tape: true });
      taped = past.all.at(-1);
      kept = Math.max(kept, past.bytes);
      return past.answer;
    },
    backward(cotangent, carry) {
      const { sequences, all, rows } = checkCotangent(past, cotangent);
      let later = carry;
      let first: Gradients | undefined;
      let whole: Pick<Gradients, 'x' | 'dt'> | undefined;
      let sum: Float64Array | undefined;
      for (const window of all.toReversed()) {
        if (taped !== window) run(program, sequences, window, true);
        taped = window;
        const { from, to } = window;
        first = program.backward(rows.take(cotangent, from, to), later);
        whole ??= {
          x: likewise(first.x, sequences.x.length),
          dt: likewise(first.dt, sequences.batch * sequences.steps),
        };
        put(whole.x, sequences, first.x, from);
        put(whole.dt, sequences, first.dt, from);
        sum ??= new Float64Array(first.parameters.length);
        for (let k = 0; k < sum.length; k++) sum[k]! += first.parameters[k]!;
        later = across ? first.carry : undefined;
      }
      const { parameters, initial, carry: before } = first!;
      parameters.set(sum!);
      return { ...whole!, initial, carry: before, parameters };
    },
  };
}
