import { random } from '../random.ts';
import { columnMeans, lagged, linearAnswers, type Rows, squared } from './baselines.ts';
import type { Dataset } from './dataset.ts';
import { divide, type Recording } from './divide.ts';
import { type Windows, whole, windows } from './windows.ts';

const SEED = 1;
const SEQUENCES = 64;
const STEPS = 160;
const TIME_UNIT = 1;

/** Sine waves of unknown period and phase, measured at irregular moments: tell the value one second later. Generated, without noise. */
export const sine: Dataset = {
  name: 'sine',
  title: 'Sine waves at irregular times: the value one second later',
  task: { kind: 'regress' },
  metric: 'mse',
  inputNames: ['value'],
  outputNames: ['value one second later'],
  timeUnit: TIME_UNIT,
  async load() {
    const source = random(SEED);
    const waves = Array.from({ length: SEQUENCES }, (_, number) => wave(`wave ${number}`, () => source.uniform()));
    const named = (first: number, end: number) => waves.slice(first, end).map(({ name }) => name);
    const parts = divide(waves, { train: named(0, 40), valid: named(40, 52), test: named(52, SEQUENCES) });
    const cut = { length: 32, stride: 16, timeUnit: TIME_UNIT };
    const train = windows(parts.train, cut);
    const test = windows(parts.test, cut);
    return {
      training: { train, valid: windows(parts.valid, cut) },
      test,
      rollout: whole(parts.test.recordings[0]!, TIME_UNIT),
      inputs: 1,
      outputs: 1,
      baselines: () => {
        const [known, asked] = [rowsOf(train), rowsOf(test)];
        const [mean] = columnMeans(known.target);
        const fiveLags = ({ x, target }: { x: Rows; target: Rows }) => ({ x: lagged(x, train.steps, 5), target });
        return [
          {
            name: 'training mean',
            ...squared(asked.target, () => mean!),
            note: 'always the mean of the training part',
          },
          {
            name: 'persistence',
            ...squared(asked.target, (row) => test.x[row]!),
            note: 'the value stays as it is',
          },
          {
            name: 'linear, five lags',
            ...squared(asked.target, linearAnswers(fiveLags(known), fiveLags(asked).x)),
            note: 'least squares on the last five values, blind to time',
          },
        ];
      },
    };
  },
};

/** One wave of amplitude 1 and a period of 6 to 30 s, measured 0.1 to 1.9 s apart. */
function wave(name: string, uniform: () => number): Recording {
  const period = 6 + 24 * uniform();
  const phase = uniform();
  const times = new Float64Array(STEPS);
  for (let i = 1; i < STEPS; i++) times[i] = times[i - 1]! + 0.1 + 1.8 * uniform();
  const value = (time: number): number => Math.sin(2 * Math.PI * (time / period + phase));
  return {
    name,
    steps: STEPS,
    inputs: 1,
    outputs: 1,
    features: times.map(value),
    target: times.map((time) => value(time + TIME_UNIT)),
    times,
  };
}

function rowsOf({ batch, steps, x, target }: Windows): { x: Rows; target: Rows } {
  const rows = (values: Float64Array): Rows => ({ rows: batch * steps, width: 1, values });
  return { x: rows(x), target: rows(target) };
}
