import type { Backend, Precision } from '../backends/backend.ts';
import { type Compiled, type CompileOptions, compile } from '../compiler/compile.ts';
import { intakeOf } from '../intake.ts';
import type { Model } from '../model.ts';
import { type Runner, runnerOn } from './runner.ts';

/** What a runner is made for. */
export interface Making {
  readonly backend: Backend;
  readonly precision: Precision;
  readonly fma: boolean;
  readonly threads?: number;
  /** With reverse kernels and dropout, as training needs them. */
  readonly gradient: boolean;
  readonly observe?: CompileOptions['observe'];
}

/** Compile a model and give it a machine of its own, with these parameters. */
export function makeRunner(
  model: Model,
  parameters: ArrayLike<number>,
  { backend, precision, fma, threads = 1, gradient, observe }: Making,
): Runner & { readonly compiled: Compiled } {
  const compiled = compile(model, { gradient, dropout: gradient, observe });
  const machine = backend.build(compiled, { precision, fma, threads: model.solver.drive ? 1 : threads });
  machine.scalars.set(parameters, machine.start);
  for (const { name, value } of compiled.constants) {
    const { offset, size } = compiled.places.get(name)!;
    for (let k = 0; k < size; k++)
      machine.scalars[machine.start + offset + k] = typeof value === 'number' ? value : value[k]!;
  }
  return runnerOn(compiled, machine, {
    intake: intakeOf(model),
    solver: model.solver,
    precision,
    gradientWidth: backend.gradientWidth(precision),
    last: model.readout?.when === 'last' && !observe,
  });
}
