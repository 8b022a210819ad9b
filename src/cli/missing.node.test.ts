import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { divide } from '../datasets/divide.ts';
import { fitScaler } from '../datasets/scale.ts';
import { column, readCsv } from '../formats/csv.ts';
import { loadModel } from '../formats/model-file.ts';
import { models } from '../network.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  await writeFile(join(folder, 'gaps.csv'), text);
});
afterAll(() => rm(folder, { recursive: true }));

/** A target, and an input that is empty in every fourth row; rows a minute apart. */
const text = `seconds,warm,damp\n${Array.from({ length: 300 }, (_, i) => {
  const damp = i % 4 === 1 ? '' : (60 + 8 * Math.cos(i / 9)).toFixed(3);
  return `${i * 60},${(20 + 3 * Math.sin(i / 9)).toFixed(3)},${damp}`;
}).join('\n')}\n`;

async function trained(...options: string[]) {
  let [out, complaints] = ['', ''];
  const io = {
    out: (said: string) => {
      out += said;
    },
    screen: undefined,
    colour: false,
    signal: new AbortController().signal,
  };
  const argv = ['train', join(folder, 'gaps.csv'), '--target', 'warm', '--time', 'seconds', '--epochs', '1'];
  const code = await run([...argv, '--units', '4', '--out', folder, ...options], io, (said) => {
    complaints += said;
  });
  return { code, out, complaints };
}

/** What the trained model makes of missing inputs, and the report. */
async function written() {
  const { model } = loadModel(new Uint8Array(await readFile(join(folder, 'model.safetensors'))));
  return {
    missing: models(model).map((leaf) => leaf.model.missing),
    model: models(model)[0]!.model,
    report: await readFile(join(folder, 'report.html'), 'utf8'),
  };
}

test('empty inputs of a CSV file hold their last values, unless the cell takes them as they are', async () => {
  const holding = await trained();
  expect(holding).toMatchObject({ code: 0, complaints: '' });
  expect(holding.out).toContain('missing inputs: 75; each holds its last value, beside the time since it was seen');
  const { missing, report } = await written();
  expect(missing).toEqual(['hold']);
  expect(report).toContain('--missing hold');
  expect(await trained('--cell', 'gru-d')).toMatchObject({
    code: 0,
    out: expect.stringContaining('missing inputs: 75; gru-d takes them as they are'),
  });
  expect((await written()).missing).toEqual([undefined]);
});

test('the mean and zero stand for empty inputs in the units of the file; both are found from the training part', async () => {
  await trained('--missing', 'mean');
  expect((await written()).missing).toEqual(['zero']);
  await trained('--missing', 'zero', '--units', '4,4');
  const table = readCsv(text);
  const [warm, damp] = ['warm', 'damp'].map((name) => column(table, name, 'number').values);
  const steps = table.rows - 1;
  const features = Float64Array.from({ length: 2 * steps }, (_, at) => [warm!, damp!][at % 2]![at >> 1]!);
  const whole = { name: 'gaps', steps, inputs: 2, outputs: 1, features, target: warm!.subarray(1) };
  const parts = divide([whole], { fractions: { train: 0.7, valid: 0.15, test: 0.15 } });
  const { mean, deviation } = fitScaler(parts.train);
  expect((await written()).missing).toEqual([{ mean: mean.map((value, k) => -value / deviation[k]!) }, undefined]);
});

test('the input may run straight from sample to sample', async () => {
  expect(await trained('--interpolation', 'linear')).toMatchObject({ code: 0, complaints: '' });
  const { model, report } = await written();
  expect(model.interpolation).toBe('linear');
  expect(report).toContain('--interpolation linear');
});

test('options for missing inputs and their paths are refused where they make no sense, before anything is read', async () => {
  const refused = async (...options: string[]) => {
    const { code, out, complaints } = await trained('--target', 'no such column', ...options);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    return complaints;
  };
  expect(await refused('--cell', 'gru-d', '--missing', 'hold')).toContain('takes missing inputs as they are');
  expect(await refused('--missing', 'drop')).toContain('--missing is "drop"; wanted hold or mean or zero');
  expect(await refused('--cell', 'lstm', '--interpolation', 'linear')).toContain(
    '--interpolation is for cells with a flow',
  );
  expect(await refused('--interpolation', 'cubic')).toContain('--interpolation is "cubic"; wanted hold or linear');
  let complaints = '';
  const io = { out: () => {}, screen: undefined, colour: false, signal: new AbortController().signal };
  await run(['train', 'sine', '--missing', 'hold'], io, (said) => {
    complaints += said;
  });
  expect(complaints).toContain('--missing is for files; the data set "sine" has its own');
});
