import type { Machine, Precision, Reals } from '../backends/backend.ts';
import type { Anatomy } from '../compiler/compile.ts';
import { LANES } from '../compiler/kernel.ts';
import type { Driver } from '../drivers/driver.ts';
import { driver as driverOf } from '../drivers/index.ts';
import type { Intake } from '../intake.ts';
import { type Arena, arena } from './blocks.ts';

/** A compiled model on a machine, and the sizes of what goes in and comes out. */
export interface Runner {
  readonly compiled: Anatomy;
  readonly machine: Machine;
  /** Takes the sub-steps, where the solver has one. */
  readonly driver: Driver | undefined;
  readonly arena: Arena;
  readonly inputs: number;
  /** What stands for each input where it is missing. */
  readonly substitutes: readonly number[];
  /** States that a caller sees. */
  readonly states: number;
  /** All states. */
  readonly carried: number;
  readonly outputs: number;
  /** Whether the last unmasked step alone answers. */
  readonly last: boolean;
  /** Scalars that one element of the gradient region takes. */
  readonly gradientWidth: number;
  reals(length: number): Reals;
}

/** What a runner must know beside a compiled model and its machine. */
export interface Running {
  readonly intake: Intake;
  readonly solver: Parameters<typeof driverOf>[0];
  readonly precision: Precision;
  readonly gradientWidth: number;
  /** Whether the last unmasked step alone answers. */
  readonly last: boolean;
}

/** A compiled model at work on a machine, whose static arrays are there. */
export function runnerOn<C extends Anatomy>(
  compiled: C,
  machine: Machine,
  { intake, solver, precision, gradientWidth, last }: Running,
): Runner & { readonly compiled: C } {
  const rounding = precision === 'float32' ? 2 ** -24 : 2 ** -53;
  const driver = driverOf(solver, { compiled, machine, free: machine.free, gradientWidth, rounding });
  return {
    compiled,
    machine,
    driver,
    arena: arena(compiled, driver?.end ?? machine.free, gradientWidth, machine.threads),
    inputs: intake.inputs,
    substitutes: intake.substitutes,
    states: compiled.visible,
    carried: compiled.states.reduce((size, state) => size + state.size, 0),
    outputs: compiled.places.get('y')!.size,
    last,
    gradientWidth,
    reals: (length) => (precision === 'float32' ? new Float32Array(length) : new Float64Array(length)),
  };
}

/** Where an array starts in its region, in scalars. */
export const placesOf =
  ({ places }: Anatomy) =>
  (name: string): number =>
    places.get(name)!.offset * LANES;
