import type { Anatomy } from '../compiler/compile.ts';
import { LANES, POINTER, POINTERS } from '../compiler/kernel.ts';
import type { Machine, Sampler } from './backend.ts';

/** What takes sub-steps in place of kernel `step`; `isWhole`: all of a sample at once. */
export interface Stepper {
  readonly isWhole: boolean;
  step(pointers: Int32Array): void;
}

/**
 * A sampler on a machine that runs blocks, whose static arrays are prepared: one sequence in the first lane, in memory from `free` on.
 * When a step throws, the state stays as it was.
 */
export function blockSampler(compiled: Anatomy, machine: Machine, free = machine.free, stepper?: Stepper): Sampler {
  const { regions, places, events, visible } = compiled;
  const pointers = new Int32Array(POINTERS);
  let end = free;
  for (const region of ['frame', 'next', 'sample', 'scratch'] as const) {
    pointers[POINTER[region]] = end;
    end += regions[region] * LANES;
  }
  machine.reserve(end);
  const { scalars } = machine;
  const reals = (length: number) =>
    scalars instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const startOf = (name: string) => {
    const { region, offset } = places.get(name)!;
    return pointers[POINTER[region as keyof typeof POINTER]]! + offset * LANES;
  };
  const positionsOf = (name: string) =>
    Int32Array.from({ length: places.get(name)!.size }, (_, k) => startOf(name) + k * LANES);
  const positionsOfStates = (suffix: string) =>
    Int32Array.from(compiled.states.flatMap(({ name }) => Array.from(positionsOf(name + suffix))));
  const [now, next] = [positionsOfStates(''), positionsOfStates("'")];
  const [u, y] = [positionsOf('u'), positionsOf('y')];
  const flags = places.has('seen') ? positionsOf('seen') : undefined;
  const [input, output] = [reals(u.length), reals(y.length)];
  const seen = flags && reals(u.length);
  for (const name of ['event.active', ...compiled.dropouts.map((factors) => factors.name)])
    for (const at of positionsOf(name)) scalars[at] = 1;
  const states = scalars.subarray(pointers[POINTER.frame]!, pointers[POINTER.frame]! + now.length * LANES);
  const before = states.slice();
  /** Take the sample in; states before number `jumping` move on in the flow only. */
  const pass = (steps: number, jumping: number) => {
    for (let k = 0; k < u.length; k++) scalars[u[k]!] = input[k]!;
    for (let k = 0; k < (flags?.length ?? 0); k++) scalars[flags![k]!] = seen![k]!;
    machine.run('sample', pointers);
    for (const event of events) {
      for (let s = event === 'step' && !stepper?.isWhole ? steps : 1; s > 0; s--) {
        if (stepper && event === 'step') stepper.step(pointers);
        else machine.run(event, pointers);
        for (let k = event === 'step' ? 0 : jumping; k < now.length; k++) scalars[now[k]!] = scalars[next[k]!]!;
      }
    }
    machine.run('output', pointers);
    for (let k = 0; k < y.length; k++) output[k] = scalars[y[k]!]!;
  };
  const guarded = (jumping: number) => (steps: number) => {
    before.set(states);
    try {
      pass(steps, jumping);
    } catch (error) {
      states.set(before);
      throw error;
    }
  };
  return {
    input,
    ...(seen ? { seen } : {}),
    dt: scalars.subarray(startOf('dt'), startOf('dt') + 1),
    fraction: scalars.subarray(startOf('sample.fraction'), startOf('sample.fraction') + 1),
    output,
    states,
    values: () => Array.from(now, (at) => scalars[at]!),
    visible,
    restore(values) {
      for (let k = 0; k < now.length; k++) scalars[now[k]!] = values[k]!;
    },
    advance: guarded(0),
    flow: guarded(visible),
  };
}
