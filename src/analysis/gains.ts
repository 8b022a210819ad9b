import { cell, matrix } from '../cells/cell.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import type { Solver } from '../solvers/solver.ts';

/** The test equation of Dahlquist 1963, whose slope is the input. */
const dahlquist = cell({
  name: 'dahlquist',
  paper: 'Dahlquist 1963, A special stability problem for linear multistep methods, BIT 3',
  equation: 'dx/dt = (W @ u) * x',
  params: { W: matrix('state', 'input', 1, 1) },
});

/**
 * What one step of a solver makes of x = 1 under x' = slope·x, as a function of the products step·slope: run, not known by heart. Not
 * finite where the step divides by zero; an adaptive solver takes as many steps as it likes.
 */
export function gains(solver: Solver): (products: ArrayLike<number>) => Float64Array {
  const of = model({ cell: dahlquist, inputs: 1, units: 1, constraints: 'none', solver, unfolds: 1 });
  const it = program(of, { backend: 'javascript' });
  return (products) => {
    const batch = products.length;
    const { final } = it.forward({ batch, steps: 1, x: products, initial: new Float64Array(batch).fill(1) });
    return Float64Array.from(final);
  };
}
