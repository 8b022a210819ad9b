import { integrators } from '../integrators/index.ts';
import { check, checkOptions, type Kinds, oneOf, positiveNumber, truth, wholeFrom } from '../options.ts';
import { dynamics } from './field.ts';
import type { Setting, Task } from './panel.ts';
import { readings } from './readings.ts';

const settingKinds: Kinds<Setting> = {
  label: { wanted: 'a text', holds: (value) => typeof value === 'string' },
  activation: oneOf('tanh', 'sigmoid', 'ReLU', 'Hard-tanh'),
  depth: wholeFrom(1),
  width: wholeFrom(1),
  variance: positiveNumber,
  solver: oneOf(...Object.keys(integrators)),
  inputSteps: wholeFrom(2),
};

const taskKinds: Kinds<Task> = {
  setting: { wanted: 'a setting', holds: (value) => typeof value === 'object' && value !== null },
  model: oneOf(...Object.keys(dynamics), 'static'),
  as: oneOf(...Object.keys(readings)),
  seed: wholeFrom(0),
  number: wholeFrom(0),
  paths: truth,
};

/** Refuse a task that names what there is not, or has numbers that make no network. */
export function checkTask(task: Task): void {
  checkOptions('measure', task, taskKinds);
  check('measure: setting', task.setting, taskKinds.setting);
  checkOptions('measure: setting', task.setting, settingKinds);
}
