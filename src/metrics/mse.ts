import { ofNumbers } from './metric.ts';

/** Mean squared error. */
export const mse = ofNumbers('mse', (output, target) => (output - target) ** 2);
