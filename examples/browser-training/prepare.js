// From a CSV file to what is trained on and what is tried afterwards. Runs in the worker, so that a large file does not hold up the page.
import { divide } from '../../dist/datasets/divide.js';
import { fitScaler, scale } from '../../dist/datasets/scale.js';
import { windows } from '../../dist/datasets/windows.js';
import { readCsv } from '../../dist/formats/csv.js';
import { signatureNotes } from '../../dist/predictor/signature.js';

/** Two waves on top of each other, a row a second. */
const waves = () => {
  const rows = Array.from({ length: 1200 }, (_, t) => `${t},${(Math.sin(t / 2) + 0.6 * Math.sin(t / 0.7)).toFixed(4)}`);
  return `seconds,wave\n${rows.join('\n')}\n`;
};

/** The columns of numbers of a table (the waves where there is no file), and the times of its rows, if it has any. */
async function read(file) {
  const table = file
    ? readCsv(await file.text(), { name: file.name })
    : readCsv(waves(), { name: 'two waves', kinds: { seconds: 'time' } });
  const columns = new Map();
  let times;
  let timeName;
  for (const [name, column] of table.columns) {
    if (column.kind === 'number') columns.set(name, column.values);
    if (column.kind === 'time') [times, timeName] = [times ?? column.seconds, timeName ?? name];
  }
  if (columns.size === 0) throw new Error(`${table.name}: no column of numbers; wanted one to forecast`);
  return { table, columns, times, timeName };
}

/**
 * Everything about a file whose column `target` (by default the last) is to be forecast a row ahead from all columns of numbers: windows to
 * train on, the rows of the test part as they are, and the notes that go into the saved network.
 */
export async function prepare(file, target) {
  const { table, columns, times, timeName } = await read(file);
  const names = [...columns.keys()];
  const wanted = columns.has(target) ? target : names.at(-1);
  const steps = table.rows - 1;
  const values = columns.get(wanted);
  if (values.some(Number.isNaN))
    throw new Error(`${table.name}: column "${wanted}" has missing values; choose another`);
  const features = new Float64Array(steps * names.length);
  names.forEach((name, k) => {
    for (let t = 0; t < steps; t++) features[t * names.length + k] = columns.get(name)[t];
  });
  const recording = {
    name: table.name,
    steps,
    inputs: names.length,
    outputs: 1,
    features,
    target: values.subarray(1),
    ...(times && { times: times.subarray(0, -1) }),
  };
  const timeUnit = times ? (times[steps] - times[0]) / steps || 1 : 1;
  const parts = divide([recording], { fractions: { train: 0.7, valid: 0.15, test: 0.15 } });
  const scaler = fitScaler(parts.train);
  const targetScaler = fitScaler(parts.train, 'target');
  const cut = (part) =>
    windows(scale(scale(part, scaler), targetScaler, 'target'), { length: 32, stride: 16, timeUnit });
  const [test] = parts.test.recordings;
  const signature = {
    inputNames: names,
    outputNames: [wanted],
    ...(timeName && { timeNames: [timeName] }),
    scaler,
    targetScaler,
    task: { each: 'step', horizon: 1, of: 'value' },
  };
  return {
    name: table.name,
    rows: table.rows,
    names,
    target: wanted,
    timeUnit,
    hasGaps: features.some(Number.isNaN),
    training: () => ({ train: cut(parts.train), valid: cut(parts.valid) }),
    test: { names, target: wanted, x: test.features, truth: test.target, times: test.times },
    notes: signatureNotes(signature),
  };
}
