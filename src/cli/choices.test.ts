import { expect, test } from 'vitest';
import { crossEntropy } from '../losses/cross-entropy.ts';
import { gaussian } from '../losses/gaussian.ts';
import { huber } from '../losses/huber.ts';
import type { Loss } from '../losses/loss.ts';
import { adam } from '../optimizers/adam.ts';
import { adamw } from '../optimizers/adamw.ts';
import type { OptimizerRule } from '../optimizers/optimizer.ts';
import { rmsprop } from '../optimizers/rmsprop.ts';
import { sgd } from '../optimizers/sgd.ts';
import { optimizerOf } from './choices.ts';
import { lossOf } from './fitting.ts';
import { isUsageError } from './usage-error.ts';

const moments = { beta1: 0.5, beta2: 0.7, epsilon: 0.01 };

test.for<[string, OptimizerRule]>([
  ['adam:beta1=0.5,beta2=0.7,epsilon=0.01', adam(moments)],
  [
    'adamw:beta1=0.5,beta2=0.7,epsilon=0.01,weight-decay=0.3,decays=all',
    adamw({ ...moments, weightDecay: 0.3, decays: 'all' }),
  ],
  [
    'rmsprop:alpha=0.6,epsilon=0.01,momentum=0.4,centered=true',
    rmsprop({ alpha: 0.6, epsilon: 0.01, momentum: 0.4, centered: true }),
  ],
  ['sgd:momentum=0.9,nesterov=true', sgd({ momentum: 0.9, nesterov: true })],
  ['sgd', sgd()],
])('--optimizer %s takes the steps of the function with these options', ([text, rule]) => {
  const after = ({ start }: OptimizerRule) => {
    const parameters = Float64Array.of(1, -2, 3);
    const optimizer = start(3, Uint8Array.of(1, 0, 1));
    for (const g of [0.5, -0.2, 0.1]) optimizer.step(parameters, Float64Array.of(g, 1, -g), 0.1);
    return parameters;
  };
  expect(after(optimizerOf(text))).toEqual(after(rule));
});

const classes = ['empty', 'full', 'crowded'];

test.for<[string, readonly string[] | undefined, Loss]>([
  ['huber:delta=0.5', undefined, huber({ delta: 0.5 })],
  ['gaussian:epsilon=0.25', undefined, gaussian({ epsilon: 0.25 })],
  ['cross-entropy:class-weights=1:2.5:0', classes, crossEntropy({ classWeights: [1, 2.5, 0] })],
  ['cross-entropy', classes, crossEntropy()],
])('--loss %s is the loss of the function with these options', ([text, of, wanted]) => {
  const told = (loss: Loss) => {
    const cotangent = new Float64Array(6);
    const target = of ? [1, 2] : [0.5, -3, 1, 0, 2, 4];
    const n = of ? 3 : 6;
    const rows = Array.from({ length: 6 / n }, (_, row) => [
      loss.row([3, 1, 0, -1, 0.2, 0.7], target, row, n, 1, cotangent),
      loss.weight?.(target, row),
    ]);
    return { name: loss.name, rows, cotangent };
  };
  expect(told(lossOf(text, of))).toEqual(told(wanted));
});

test.for([
  ['--optimizer "adamx" is not one of adam, adamw, rmsprop, sgd', () => optimizerOf('adamx')],
  [
    '--optimizer adam has no option "momentum"; its options are beta1, beta2, epsilon',
    () => optimizerOf('adam:momentum=0.9'),
  ],
  ['--optimizer sgd: nesterov is "yes"; wanted true or false', () => optimizerOf('sgd:nesterov=yes')],
  ['sgd: momentum is 1, but must be a number from 0 to below 1', () => optimizerOf('sgd:momentum=1')],
  [
    'sgd: nesterov is true and momentum is 0; wanted momentum above 0',
    () => optimizerOf('sgd:momentum=0,nesterov=true'),
  ],
  ['--loss "hubr" is not one of mse, mae, huber, gaussian; did you mean "huber"?', () => lossOf('hubr', undefined)],
  ['--loss mse has no option "delta"; it has none', () => lossOf('mse:delta=1', undefined)],
  ['huber: delta is -1, but must be a positive number', () => lossOf('huber:delta=-1', undefined)],
  ['--loss "mse" is not one of cross-entropy', () => lossOf('mse', classes)],
  [
    '--loss cross-entropy: class-weights is "1:a:2"; wanted numbers, as in 1:5',
    () => lossOf('cross-entropy:class-weights=1:a:2', classes),
  ],
  [
    'cross-entropy: classWeights is [0,0,0]; wanted one above 0',
    () => lossOf('cross-entropy:class-weights=0:0:0', classes),
  ],
  [
    '--loss "cross-entropy:class-weights=1:5" is for 2 classes; wanted 3, in the order empty, full, crowded',
    () => lossOf('cross-entropy:class-weights=1:5', classes),
  ],
] as const)('it is a usage error that %s', ([words, ask]) => {
  try {
    ask();
  } catch (error) {
    expect(isUsageError(error)).toBe(true);
    expect((error as Error).message).toContain(`train: ${words}`);
    return;
  }
  expect.unreachable();
});
