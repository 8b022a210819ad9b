import type { Backend, Machine, Precision, Reals } from '../backends/backend.ts';
import { type Compiled, type CompileOptions, compile } from '../compiler/compile.ts';
import { LANES } from '../compiler/kernel.ts';
import { verify } from '../compiler/verify.ts';
import type { Driver } from '../drivers/driver.ts';
import { driver as driverOf } from '../drivers/index.ts';
import { type Model, substitutes } from '../model.ts';
import { type Arena, arena } from './blocks.ts';

/** A compiled model on a machine, and the sizes of what goes in and comes out. */
export interface Runner {
  readonly compiled: Compiled;
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

/** What a runner is made for. */
export interface Making {
  readonly backend: Backend;
  readonly precision: Precision;
  readonly fma: boolean;
  readonly threads?: number;
  /** With reverse kernels and dropout, as training needs them. */
  readonly gradient: boolean;
  readonly observe: NonNullable<CompileOptions['observe']>;
}

/** Compile a model and give it a machine of its own, with these parameters. */
export function makeRunner(
  model: Model,
  parameters: ArrayLike<number>,
  { backend, precision, fma, threads = 1, gradient, observe }: Making,
): Runner {
  const compiled = compile(model, { gradient, dropout: gradient, observe });
  verify(compiled);
  const machine = backend.build(compiled, { precision, fma, threads: model.solver.drive ? 1 : threads });
  machine.scalars.set(parameters, machine.start);
  for (const { name, value } of compiled.constants) {
    const { offset, size } = compiled.places.get(name)!;
    for (let k = 0; k < size; k++)
      machine.scalars[machine.start + offset + k] = typeof value === 'number' ? value : value[k]!;
  }
  const gradientWidth = backend.gradientWidth(precision);
  const rounding = precision === 'float32' ? 2 ** -24 : 2 ** -53;
  const driver = driverOf(model.solver, { compiled, machine, free: machine.free, gradientWidth, rounding });
  return {
    compiled,
    machine,
    driver,
    arena: arena(compiled, driver?.end ?? machine.free, gradientWidth, machine.threads),
    inputs: model.inputs,
    substitutes: substitutes(model),
    states: compiled.visible,
    carried: compiled.states.reduce((size, state) => size + state.size, 0),
    outputs: compiled.places.get('y')!.size,
    last: model.readout?.when === 'last' && observe === 'output',
    gradientWidth,
    reals: (length) => (precision === 'float32' ? new Float32Array(length) : new Float64Array(length)),
  };
}

/** Where an array starts in its region, in scalars. */
export const placesOf =
  ({ places }: Compiled) =>
  (name: string): number =>
    places.get(name)!.offset * LANES;
