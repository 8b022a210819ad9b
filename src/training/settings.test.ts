import { expect, test } from 'vitest';
import { huber } from '../losses/huber.ts';
import { sgd } from '../optimizers/sgd.ts';
import { settingsOf, type TrainOptions } from './settings.ts';

const refused = (options: object, message: string) =>
  expect(() => settingsOf('fit', { loss: 'mse', ...options } as TrainOptions)).toThrow(message);

test('defaults are those of the paper, and the metric follows the targets of the loss', () => {
  const settings = settingsOf('fit', { loss: 'mse' });
  expect(settings).toMatchObject({
    epochs: 50,
    batch: 16,
    learningRate: 0.01,
    clip: Infinity,
    patience: Infinity,
    seed: 0,
  });
  expect([settings.loss.name, settings.metric.name, settings.optimizer.name]).toEqual(['mse', 'mse', 'adam']);
  expect(settingsOf('fit', { loss: 'cross-entropy', clip: undefined }).metric.name).toBe('accuracy');
  expect(settingsOf('fit', { loss: 'binary-cross-entropy' }).metric.name).toBe('accuracy');
  expect(settingsOf('fit', { loss: 'gaussian' }).metric.name).toBe('mse');
});

test('losses and optimizers go by name, with defaults, or as they were made', () => {
  const made = { loss: huber({ delta: 2 }), optimizer: sgd({ momentum: 0.5 }) };
  expect(settingsOf('fit', made)).toMatchObject(made);
  const named = settingsOf('fit', { loss: 'huber', optimizer: 'sgd' });
  expect([named.loss.name, named.optimizer.name]).toEqual(['huber', 'sgd']);
});

test('unknown option names are refused with the list of known ones', () => {
  refused({ epoch: 3 }, 'fit: there is no option "epoch"; the options are loss, metric, epochs, batch,');
});

test('unknown members are refused with the list of known ones', () => {
  refused({ loss: 'hubert' }, 'fit: loss is "hubert"; known are mse, mae, huber, gaussian, cross-entropy, binary-');
  refused({ optimizer: 'adamax' }, 'fit: optimizer is "adamax"; known are adam, adamw, rmsprop, sgd');
  refused({ loss: 'toString' }, 'fit: loss is "toString"');
  refused({ loss: undefined }, 'fit: loss is undefined; known are mse, mae,');
  refused({ metric: 'f2' }, 'fit: metric is "f2"; known are mse, mae, accuracy, f1, macro-f1, auc');
  refused({ schedule: 'linear' }, 'fit: schedule is "linear"; known are constant, exponential, cosine');
  refused({ metric: 'auc' }, 'metric "auc" judges classes and labels, but the targets of loss "mse" are numbers');
});

test('numbers out of range are refused with what was given', () => {
  refused({ epochs: 0 }, 'fit: epochs is 0, but must be a whole number of at least 1');
  refused({ batch: 2.5 }, 'fit: batch is 2.5');
  refused({ patience: -1 }, 'fit: patience is -1');
  refused({ patience: NaN }, 'fit: patience is NaN');
  refused({ learningRate: NaN }, 'fit: learningRate is NaN, but must be a positive number');
  refused({ clip: 0 }, 'fit: clip is 0; wanted a norm above 0');
  refused({ seed: 0.5 }, 'fit: seed is 0.5; wanted a whole number, 0 or more');
  refused({ seed: -1 }, 'fit: seed is -1');
});
