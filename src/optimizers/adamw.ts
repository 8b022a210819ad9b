import { numberFrom, oneOf } from '../options.ts';
import { type Moments, momentKinds, moments, usual } from './moments.ts';
import { type Given, type OptimizerRule, settled } from './optimizer.ts';

/** The options of Adam, how strongly parameters decay, and which. */
export interface AdamwOptions extends Moments {
  /** Share of a parameter, times the learning rate, that a step takes away; default 0.01. */
  readonly weightDecay: number;
  /** What decays: `weights` (default), or `all` parameters, biases and constrained ones too. */
  readonly decays: 'weights' | 'all';
}

/**
 * Adam after a decay that does not pass through its moments, x ← (1 − rate · weightDecay) · x (Loshchilov and Hutter
 * 2019, algorithm 2).
 */
export const adamw = (options: Given<AdamwOptions> = {}): OptimizerRule => {
  const name = 'adamw';
  const defaults: AdamwOptions = { ...usual, weightDecay: 0.01, decays: 'weights' };
  const kinds = { ...momentKinds, weightDecay: numberFrom(0), decays: oneOf('weights', 'all') };
  const { weightDecay, decays, ...rest } = settled(name, options, defaults, kinds);
  const begin = moments(name, rest);
  return {
    name,
    start(size, isWeight) {
      const adam = begin(size);
      const decaying = decays === 'weights' ? isWeight : undefined;
      return {
        ...adam,
        step(parameters, gradients, learningRate) {
          const kept = 1 - learningRate * weightDecay;
          for (let i = 0; i < size; i++) if (decaying?.[i] !== 0) parameters[i] = parameters[i]! * kept;
          adam.step(parameters, gradients, learningRate);
        },
      };
    },
  };
};
