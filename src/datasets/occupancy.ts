import { column, readCsv } from '../formats/csv.ts';
import { mt19937 } from '../random.ts';
import type { Labelled } from '../sequences.ts';
import { logisticAccuracy, majorityAccuracy, thresholdOn } from './baselines.ts';
import type { Baseline, Dataset } from './dataset.ts';
import { divide, mapPart, type Recording } from './divide.ts';
import { gunzip } from './gunzip.ts';
import { fitScaler, type Scaler, scale } from './scale.ts';
import { type Windows, whole, windows } from './windows.ts';

const sensors = ['Temperature', 'Humidity', 'Light', 'CO2', 'HumidityRatio'];
const classes = ['empty', 'occupied'];
const LENGTH = 16;
const SEED = 893429;

/** Tell at every minute whether an office is occupied (Candanedo and Feldheim 2016), windows and split as in the code of the paper of liquid time-constant networks. */
export const occupancy: Dataset = {
  name: 'occupancy',
  title: 'Occupancy: is somebody in the room, by five of its sensors',
  task: { kind: 'classify', classes },
  metric: 'accuracy',
  inputNames: sensors,
  outputNames: classes,
  timeUnit: 60,
  async load(read) {
    const recordings = await Promise.all(
      ['datatraining.txt', 'datatest.txt', 'datatest2.txt'].map(async (name) =>
        recording(name, await gunzip(await read(`occupancy/${name}.gz`))),
      ),
    );
    const parts = divide(recordings, {
      train: ['datatraining.txt'],
      valid: [],
      test: ['datatest.txt', 'datatest2.txt'],
    });
    const scaler = fitScaler(parts.train);
    const [known, asked] = [scale(parts.train, scaler), scale(parts.test, scaler)];
    const all = windows(mapPart(known, withoutLastRow), { length: LENGTH, stride: 1 });
    const training = splitOverlappingWindows(all);
    const test = windows(mapPart(asked, withoutLastRow), { length: LENGTH, stride: 8 });
    return {
      training,
      test,
      rollout: whole(asked.recordings[0]!),
      inputs: sensors.length,
      outputs: classes.length,
      scaler,
      baselines: () => baselines(whole(known.recordings[0]!), test, scaler),
    };
  },
};

function recording(name: string, bytes: Uint8Array): Recording {
  const table = readCsv(new TextDecoder().decode(bytes), { name });
  const inputs = sensors.map((sensor) => column(table, sensor, 'number').values);
  const features = new Float64Array(table.rows * sensors.length);
  inputs.forEach((values, i) => {
    values.forEach((value, row) => {
      features[row * sensors.length + i] = value;
    });
  });
  const target = column(table, 'Occupancy', 'number').values;
  return { name, steps: table.rows, inputs: sensors.length, outputs: 1, features, target };
}

/** The published windows begin at `range(0, rows − 16, stride)`, so that none ever reaches the last row. */
function withoutLastRow(recording: Recording): Recording {
  const { steps, inputs, features, target } = recording;
  return {
    ...recording,
    steps: steps - 1,
    features: features.subarray(0, (steps - 1) * inputs),
    target: target.subarray(0, -1),
  };
}

/**
 * The published split: every tenth window, drawn at random, is for validation. The windows start one row apart, so nearly every validation row
 * is a training row too: validation chooses a checkpoint here but measures nothing. (The test files are recordings of their own.)
 */
function splitOverlappingWindows(all: Windows<'train'>): { train: Windows<'train'>; valid: Windows<'train'> } {
  const order = mt19937(SEED).permutation(all.batch);
  const validation = Math.floor(all.batch / 10);
  return { train: pick(all, order.subarray(validation)), valid: pick(all, order.subarray(0, validation)) };
}

/** The windows of these numbers, in this order. */
function pick(all: Windows<'train'>, numbers: Int32Array): Windows<'train'> {
  const gather = (values: Float64Array, width: number): Float64Array => {
    const out = new Float64Array(numbers.length * width);
    numbers.forEach((number, i) => {
      out.set(values.subarray(number * width, (number + 1) * width), i * width);
    });
    return out;
  };
  return {
    ...all,
    batch: numbers.length,
    x: gather(all.x, all.steps * all.inputs),
    target: gather(all.target, all.steps),
  };
}

/** Fitted to every row of datatraining once. (Fitted to the steps of the training windows, logistic regression gives 94.8 %: two of the inputs nearly determine a third.) */
function baselines(train: Labelled, test: Labelled, scaler: Scaler): Baseline[] {
  const rowsOf = ({ batch, steps, x, target }: Labelled) => ({
    x: { rows: batch * steps, width: sensors.length, values: x },
    target,
  });
  const [known, asked] = [rowsOf(train), rowsOf(test)];
  const light = sensors.indexOf('Light');
  const threshold = thresholdOn(light, known, asked);
  const lux = threshold.at * scaler.deviation[light]! + scaler.mean[light]!;
  const paper = 'printed in the paper (AAAI 2021, table 3), five trainings';
  return [
    {
      name: 'always empty',
      value: majorityAccuracy(known.target, asked.target),
      note: 'the more frequent class of the training part',
    },
    {
      name: 'logistic regression',
      value: logisticAccuracy(known, asked),
      note: 'on the same five inputs, one minute at a time',
    },
    {
      name: 'threshold on Light',
      value: threshold.accuracy,
      note: `occupied above ${lux.toFixed(0)} lux, fitted on the training part`,
    },
    { name: 'Neural ODE, paper', value: 0.9015, spread: 0.0171, note: paper },
    { name: 'CT-GRU, paper', value: 0.9144, spread: 0.0167, note: paper },
    { name: 'LSTM, paper', value: 0.9318, spread: 0.0166, note: paper },
    { name: 'CT-RNN, paper', value: 0.9454, spread: 0.0054, note: paper },
    { name: 'LTC, paper', value: 0.9463, spread: 0.0017, note: paper },
  ];
}
