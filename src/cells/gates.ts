import { type Axis, type Declaration, matrix, vector } from './cell.ts';

/** The arrays of gates over some axes (default `state`), three for each name: `W_name` on the input, `R_name` on the state, and the bias `b_name`. */
export const gates = (
  names: readonly string[],
  axes: readonly Axis[] = ['state'],
): Readonly<Record<string, Declaration>> =>
  Object.fromEntries(
    names.flatMap((name) => [
      [`W_${name}`, { ...matrix('state', 'input'), axes: [...axes, 'input'] }],
      [`R_${name}`, { ...matrix('state', 'state'), axes: [...axes, 'state'] }],
      [`b_${name}`, { ...vector('state'), axes }],
    ]),
  );
