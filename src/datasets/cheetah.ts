import { readNpy } from '../formats/npy.ts';
import { columnMeans, lagged, linearAnswers, type Rows, squared } from './baselines.ts';
import type { Baseline, Dataset } from './dataset.ts';
import { divide, type Recording } from './divide.ts';
import { gunzip } from './gunzip.ts';
import { type Windows, whole, windows } from './windows.ts';

const joints = ['back thigh', 'back shin', 'back foot', 'front thigh', 'front shin', 'front foot'];
const sensors = [
  'height',
  'pitch',
  ...joints,
  'forward speed',
  'vertical speed',
  'pitch rate',
  ...joints.map((joint) => `${joint} rate`),
];

/** 25 of the 31 recorded roll-outs, in the order of their names; the published split leaves the last six out. */
const USED = 25;
const numbersFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

/** Predict the next reading of the 17 sensors of a running robot: the roll-outs, windows and split of the paper of liquid time-constant networks (Hasani et al. 2021), raw units. */
export const cheetah: Dataset = {
  name: 'cheetah',
  title: 'Half-Cheetah: the next reading of 17 sensors of a running robot',
  task: { kind: 'regress' },
  metric: 'mse',
  inputNames: sensors,
  outputNames: sensors,
  timeUnit: 0.05,
  async load(read) {
    const recordings = await Promise.all(
      numbersFrom(0, USED).map(async (number) => {
        const name = `trace_${String(number).padStart(4, '0')}.npy`;
        return recording(name, await gunzip(await read(`cheetah/${name}.gz`)));
      }),
    );
    const parts = divide(recordings, {
      valid: numbersFrom(0, 5),
      test: numbersFrom(5, 10),
      train: numbersFrom(15, 10),
    });
    const cut = { length: 32, stride: 10 };
    const train = windows(parts.train, cut);
    const test = windows(parts.test, cut);
    return {
      training: { train, valid: windows(parts.valid, cut) },
      test,
      rollout: whole(parts.test.recordings[0]!),
      inputs: sensors.length,
      outputs: sensors.length,
      baselines: () => baselines(train, test),
    };
  },
};

/** A roll-out whose target is its next row, so that its last row is a target only. */
function recording(name: string, bytes: Uint8Array): Recording {
  const { shape, data } = readNpy(bytes, name);
  const [rows, width] = shape;
  if (shape.length !== 2 || width !== sensors.length || !(data instanceof Float64Array)) {
    throw new Error(`${name}: an array of shape (${shape.join(', ')}), wanted float64 (steps, ${sensors.length})`);
  }
  const steps = rows! - 1;
  const features = data.subarray(0, steps * width);
  return { name, steps, inputs: width, outputs: width, features, target: data.subarray(width) };
}

function baselines(train: Windows, test: Windows): Baseline[] {
  const rowsOf = ({ batch, steps, inputs, outputs, x, target }: Windows): { x: Rows; target: Rows } => ({
    x: { rows: batch * steps, width: inputs, values: x },
    target: { rows: batch * steps, width: outputs, values: target },
  });
  const [known, asked] = [rowsOf(train), rowsOf(test)];
  const means = columnMeans(known.target);
  const fiveLags = ({ x, target }: { x: Rows; target: Rows }) => ({ x: lagged(x, train.steps, 5), target });
  const paper = 'printed in the paper (AAAI 2021, table 6), five trainings';
  return [
    {
      name: 'persistence',
      ...squared(asked.target, (row, i) => test.x[row * test.inputs + i]!),
      note: 'the reading stays as it is',
    },
    {
      name: 'training mean',
      ...squared(asked.target, (_, i) => means[i]!),
      note: 'always the mean reading of the training part',
    },
    {
      name: 'linear, one step',
      ...squared(asked.target, linearAnswers(known, asked.x)),
      note: 'least squares on the last reading',
    },
    {
      name: 'linear, five lags',
      ...squared(asked.target, linearAnswers(fiveLags(known), fiveLags(asked).x)),
      note: 'least squares on the last five readings of the window',
    },
    { name: 'Neural ODE, paper', value: 3.805, spread: 0.313, note: paper },
    { name: 'CT-GRU, paper', value: 3.014, spread: 0.134, note: paper },
    { name: 'CT-RNN, paper', value: 2.838, spread: 0.112, note: paper },
    { name: 'LSTM, paper', value: 2.5, spread: 0.14, note: paper },
    { name: 'LTC, paper', value: 2.308, spread: 0.015, note: paper },
  ];
}
