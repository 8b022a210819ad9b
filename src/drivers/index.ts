import { adaptive } from './adaptive.ts';
import type { Driven, Driver, DriverKind, Engine } from './driver.ts';
import { implicit } from './implicit.ts';

/** Every kind of driver by name. */
export const drivers = { implicit, adaptive };

/** The driver of a solver, or undefined where its text says all. */
export const driver = <D>(
  { drive, driver: kind, ...of }: Omit<Driven<D>, 'drive'> & { readonly drive?: D; readonly driver?: DriverKind<D> },
  engine: Engine,
): Driver | undefined => drive && kind!.make({ ...of, drive }, engine);
