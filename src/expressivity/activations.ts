import type { ActivationName } from './panel.ts';
import type { Reading } from './readings.ts';

/** A function of one pre-activation. */
export type Activation = (z: number) => number;

const activations = {
  tanh: Math.tanh,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  ReLU: (z) => (z > 0 ? z : 0),
  identity: (z) => z,
  clip: (z) => (z > 1 ? 1 : z < -1 ? -1 : z),
} satisfies Record<string, Activation>;

/** The activation that a figure names, under a reading. */
export const activation = (name: ActivationName, { hardTanh }: Reading): Activation =>
  activations[name === 'Hard-tanh' ? hardTanh : name];
