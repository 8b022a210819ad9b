import { ofNumbers } from './metric.ts';

/** Mean absolute error. */
export const mae = ofNumbers('mae', (output, target) => Math.abs(output - target));
