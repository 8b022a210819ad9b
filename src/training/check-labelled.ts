import { type Loss, targetWidth } from '../losses/loss.ts';
import type { Labelled } from '../sequences.ts';
import { type AnswerShape, rowsOf } from './rows.ts';

type FittedLoss = Pick<Loss, 'name' | 'target' | 'outputsPerTarget' | 'outputs' | 'weight'>;

/** Refuse labelled sequences whose arrays do not fit the model's inputs and answers and the loss; `part` names them in the error. */
export const checkLabelled = (
  part: string,
  data: Labelled,
  inputs: number,
  shape: AnswerShape,
  loss: FittedLoss,
): void => {
  const { batch, steps } = data;
  const { outputs, when } = shape;
  if (!(Number.isInteger(batch) && batch > 0)) throw new Error(`${part}.batch is ${batch}; wanted 1 or more sequences`);
  if (!(Number.isInteger(steps) && steps > 0)) throw new Error(`${part}.steps is ${steps}; wanted 1 or more steps`);

  const check = (field: string, values: ArrayLike<number> | undefined, axes: Record<string, number>) => {
    if (values === undefined) return;
    const wanted = Object.values(axes).reduce((product, size) => product * size, 1);
    if (values.length === wanted) return;
    const terms = `${Object.keys(axes).join(' × ')} = ${Object.values(axes).join(' × ')} = ${wanted}`;
    throw new Error(`${part}.${field} has ${values.length} numbers; wanted ${terms}`);
  };
  const time: Record<string, number> = when === 'every' ? { batch, steps } : { batch };
  check('x', data.x, { batch, steps, inputs });
  check('dt', data.dt, { batch, steps });
  check('mask', data.mask, { batch, steps });
  check('weights', data.weights, time);
  checkOutputs(part, loss, outputs);
  const width = targetWidth(loss, outputs);
  const axis = width === outputs ? 'outputs' : `outputs ÷ ${loss.outputsPerTarget}`;
  check('target', data.target, loss.target === 'classes' ? time : { ...time, [axis]: width });
  if (data.initial !== undefined && data.initial.length % batch !== 0) {
    throw new Error(
      `${part}.initial has ${data.initial.length} numbers; wanted the same count for each of ${batch} sequences`,
    );
  }
  checkTargets(part, data, shape, loss.target, width);
  if (rowsOf(data, when, loss).total === 0)
    throw new Error(
      `${part}: no step counts, every mask or weight${loss.weight ? ', or that of its class,' : ''} is 0`,
    );
};

const checkOutputs = (part: string, loss: FittedLoss, outputs: number): void => {
  const { name, outputsPerTarget = 1 } = loss;
  if (outputs % outputsPerTarget !== 0) {
    throw new Error(
      `${part}: loss "${name}" has ${outputsPerTarget} outputs per target; the model has ${outputs} outputs`,
    );
  }
  if (loss.outputs !== undefined && loss.outputs !== outputs) {
    throw new Error(`${part}: loss "${name}" was given ${loss.outputs} weights; the model has ${outputs} outputs`);
  }
};

const checkTargets = (
  part: string,
  data: Labelled,
  { outputs, when }: AnswerShape,
  kind: Loss['target'],
  width: number,
): void => {
  const { weights } = rowsOf(data, when);
  for (let row = 0; row < weights.length; row++) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    if (!(weight > 0 && weight < Infinity)) {
      throw new Error(`${part}.weights[${row}] is ${weight}; wanted a finite number, 0 or more`);
    }
    for (let at = row * width; at < (row + 1) * width; at++) {
      const value = data.target[at]!;
      if (kind === 'numbers' && !Number.isFinite(value)) {
        throw new Error(`${part}.target[${at}] is ${value} where it counts; give that step mask 0 or weight 0`);
      }
      if (kind === 'classes' && !(Number.isInteger(value) && value >= 0 && value < outputs)) {
        throw new Error(`${part}.target[${at}] is ${value}; wanted a class number from 0 to ${outputs - 1}`);
      }
      if (kind === 'labels' && !(value >= 0 && value <= 1)) {
        throw new Error(`${part}.target[${at}] is ${value}; wanted a label from 0 (no) to 1 (yes)`);
      }
    }
  }
};
