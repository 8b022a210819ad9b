import type { Solver } from '../solvers/solver.ts';
import { adaptive } from './adaptive.ts';
import type { Driver, Engine } from './driver.ts';
import { implicit } from './implicit.ts';

/** Every kind of driver by name. */
export const drivers = { implicit, adaptive };

/** The driver of a solver, or undefined where its text says all. */
export function driver({ drive, ...solver }: Solver, engine: Engine): Driver | undefined {
  if (drive?.kind === 'implicit') return drivers.implicit({ ...solver, drive }, engine);
  if (drive?.kind === 'adaptive') return drivers.adaptive({ ...solver, drive }, engine);
  return undefined;
}
