import type { Computed } from '../compute.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';
import type { Labelled } from '../sequences.ts';
import { gatherer } from './batches.ts';
import { clipNorm, norm } from './clip-norm.ts';
import { measureLoss } from './measure-loss.ts';
import { firstNotFinite, indices, parameterName } from './not-finite.ts';
import { answerShape } from './rows.ts';
import type { Settings } from './settings.ts';

/** What a minibatch told: its mean loss, the weight of its rows, the norm of its gradient before clipping. */
export interface Lesson {
  readonly loss: number;
  readonly weight: number;
  readonly gradientNorm: number;
}

/**
 * A function that learns from minibatch number `batch` (from 1) of `order`: one optimizer step, none where no row
 * counts. `dropout` is the seed of what is left out meanwhile. Throws where the loss, a gradient or a parameter is not finite; `where` says in the error which minibatch.
 */
export const learner = (
  program: Computed,
  train: Labelled,
  size: number,
  { loss, clip, gradient }: Pick<Settings, 'loss' | 'clip' | 'gradient'>,
  optimizer: Optimizer,
  constrain: (parameters: Float32Array | Float64Array) => void,
) => {
  const { layout } = program.model;
  const shape = answerShape(program.model);
  const axes = shape.when === 'every' ? [train.steps, shape.outputs] : [shape.outputs];
  const width = axes.reduce((product, n) => product * n, 1);
  const Numbers = program.precision === 'float32' ? Float32Array : Float64Array;
  const cotangents = new Numbers(size * width);
  const gather = gatherer(train, size);
  const method = gradient.of(program);
  // The gradient by bptt is the model's own; by another method it may fail where that is finite.
  const by = gradient.name === 'bptt' ? '' : `; it is computed by "${gradient.name}", see docs/gradients.md`;

  const check = (values: ArrayLike<number>, where: string, what: string, more = '') => {
    const bad = firstNotFinite(values);
    if (bad < 0) return;
    throw new Error(`train: ${where}, ${what} ${parameterName(layout, bad)} is ${values[bad]}${more}`);
  };
  const placeOf = (outputs: ArrayLike<number>, sequences: Int32Array): string => {
    const bad = firstNotFinite(outputs);
    if (bad < 0) return '';
    const sequence = sequences[Math.floor(bad / width)];
    return ` (output${indices(axes, bad % width)} of train sequence ${sequence} is ${outputs[bad]})`;
  };

  return (order: Int32Array, batch: number, learningRate: number, dropout: number, where: string): Lesson => {
    const from = (batch - 1) * size;
    const to = Math.min(from + size, order.length);
    const sequences = gather(from, to, order);
    const { outputs } = method.forward(sequences, { dropout });
    const cotangent = cotangents.subarray(0, (to - from) * width);
    const { loss: value, weight } = measureLoss(loss, outputs, sequences, shape, cotangent);
    if (weight === 0) return { loss: 0, weight, gradientNorm: 0 };

    const trouble = Number.isFinite(value)
      ? undefined
      : `${where}, the loss is ${value}${placeOf(outputs, order.subarray(from, to))}`;
    const { parameters: gradients } = method.backward(cotangent, undefined, ['parameters']);
    let gradientNorm = 0;
    program.update((parameters) => {
      if (trouble === undefined) check(gradients, where, 'the gradient of', by);
      else {
        check(gradients, `${trouble}; going back from it`, 'the gradient of');
        throw new Error(`train: ${trouble}; all gradients are finite`);
      }
      gradientNorm = norm(gradients);
      clipNorm(gradients, gradientNorm, clip);
      optimizer.step(parameters, gradients, learningRate);
      check(parameters, where, 'parameter');
      constrain(parameters);
    });
    return { loss: value, weight, gradientNorm };
  };
};
