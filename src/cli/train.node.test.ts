import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadModel } from '../formats/model-file.ts';
import { fittingMetrics } from './fitting.ts';
import { run } from './run.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function called(signal: AbortSignal, ...argv: string[]) {
  let out = '';
  let complaints = '';
  const io = {
    out: (text: string) => {
      out += text;
    },
    screen: undefined,
    colour: false,
    signal,
  };
  const code = await run(argv, io, (text) => {
    complaints += text;
  });
  return { code, out, complaints };
}
const never = new AbortController().signal;

const rows = Array.from({ length: 400 }, (_, i) => {
  const warm = 20 + 3 * Math.sin(i / 9);
  return `${i * 60},${warm.toFixed(3)},${warm > 20 ? 'full' : 'empty'}`;
});

test('training on sines writes a model that loads and a report, and prints the result beside its baselines', async () => {
  const { code, out, complaints } = await called(
    never,
    'train',
    'sine',
    '--epochs',
    '2',
    '--units',
    '8',
    '--out',
    folder,
  );
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(out).toMatch(/epoch 2\/2 .* τ \d\S* s {2}/);
  expect(out).toMatch(/this model +\d/);
  expect(out).toMatch(/persistence +\d/);
  const { model } = loadModel(new Uint8Array(await readFile(join(folder, 'model.safetensors'))));
  expect(model).toMatchObject({ connections: { units: 8 } });
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  expect(html).toContain('<math');
  expect(html).toContain('npx rivulet train sine');
  expect(html).toContain('Median time constant over 2 epochs');
});

test('with --json epochs and results are lines of JSON, and nothing else is printed', async () => {
  const out = join(folder, 'json');
  const { code, out: printed } = await called(
    never,
    ...['train', 'sine', '--epochs', '2', '--units', '4', '--out', out, '--json'],
  );
  expect(code).toBe(0);
  const lines = printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ kind }) => kind)).toEqual(['start', 'epoch', 'epoch', 'outcome', 'results']);
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8'));
  expect(lines[0]).toMatchObject({ seed: 1, epochs: 2, loss: 'mse', history: 0, warnings: [] });
  expect(lines[2]).toMatchObject({ seed: 1, epoch: 2, gradientNorm: expect.any(Number) });
  expect(lines[3]).toEqual({ kind: 'outcome', ...record.result, metric: 'mean squared error', folder: out });
  expect(lines[4].results[0]).toMatchObject({ name: 'this model', value: record.result.test, ours: true });
});

test('a fused step that may be a division by zero is warned of before training', async () => {
  const settings = ['--cell', 'ltc:activation=tanh', '--unfolds', '1', '--epochs', '1', '--out', folder];
  const { out } = await called(never, 'train', 'sine', ...settings);
  expect(out).toMatch(
    /\nwarning: semi-implicit divides by 1 − sub-step·slope, and the slope of x\[\d+\] may be.*\n\nepoch 1/,
  );
  const { out: gentle } = await called(never, 'train', 'sine', ...settings, '--solver', 'exponential');
  expect(gentle).not.toContain('warning');
});

test('a CSV file is trained on by its columns, numbers or classes', async () => {
  const path = join(folder, 'room.csv');
  await writeFile(path, `seconds,warm,room\n${rows.join('\n')}\n`);
  const options = ['--time', 'seconds', '--epochs', '1', '--units', '6', '--out', folder];
  for (const [target, said] of [
    ['warm', 'Forecasting "warm"'],
    ['room', '2 classes'],
  ] as const) {
    const { code, out, complaints } = await called(never, 'train', path, '--target', target, ...options);
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(out).toContain(said);
  }
});

test('a training that is interrupted before its first epoch ends writes nothing, and says so', async () => {
  const out = join(folder, 'interrupted');
  await mkdir(out);
  await writeFile(join(out, 'model.safetensors'), 'of an earlier run');
  const result = await called(AbortSignal.abort(), 'train', 'sine', '--units', '6', '--out', out);
  expect(result).toMatchObject({ code: 130, out: expect.stringContaining('nothing is written') });
  expect(await readdir(out)).toEqual(['model.safetensors']);
  expect(await readFile(join(out, 'model.safetensors'), 'utf8')).toBe('of an earlier run');
});

test('a training that is interrupted later keeps the best epoch, and says so', async () => {
  const interrupt = new AbortController();
  const out = join(folder, 'late');
  let said = '';
  const io = {
    out: (text: string) => {
      said += text;
      if (text.startsWith('epoch 2/')) interrupt.abort();
    },
    screen: undefined,
    colour: false,
    signal: interrupt.signal,
  };
  const code = await run(['train', 'sine', '--units', '6', '--epochs', '9', '--out', out], io, () => {});
  expect(code).toBe(130);
  expect(said).toContain('interrupted: keeping the weights of epoch 2, the best so far');
  expect(said).toContain(`to go on: npx rivulet train --resume ${out}\n`);
  const files = ['checkpoint.safetensors', 'metrics.jsonl', 'model.safetensors', 'report.html', 'run.json'];
  expect(await readdir(out)).toEqual(files);
});

test('a folder that cannot be written to is refused before training', async () => {
  const path = join(folder, 'a-file');
  await writeFile(path, '');
  const { code, out, complaints } = await called(never, 'train', 'sine', '--out', path);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(complaints).toContain(`cannot write to a folder "${path}"`);
});

test('a file that cannot serve is refused with what is wrong with it', async () => {
  const refused = async (name: string, content: string | Uint8Array, ...options: string[]) => {
    await writeFile(join(folder, name), content);
    return called(never, 'train', join(folder, name), '--out', folder, ...options);
  };
  const few = await refused('few.csv', 'a,b\n1,2\n3,4\n5,5\n', '--target', 'a');
  expect(few).toMatchObject({
    code: 1,
    complaints: expect.stringContaining('2 rows to learn from; wanted 214 or more'),
  });
  const wide = await refused('wide.csv', Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x2c, 0), '--target', 'a');
  expect(wide).toMatchObject({ code: 1, complaints: expect.stringContaining('wanted UTF-8') });
  const other = await refused('other.csv', 'level,b\n1,2\n', '--target', 'levle');
  expect(other).toMatchObject({ code: 2, complaints: expect.stringContaining('did you mean "level"?') });
  const bare = await refused('bare.csv', '1,2\n3,4\n', '--target', 'a');
  expect(bare).toMatchObject({ code: 2, complaints: expect.stringContaining('they are column1 to column2') });
  await mkdir(join(folder, 'folder.csv'));
  const inside = await called(never, 'train', join(folder, 'folder.csv'), '--target', 'a');
  expect(inside).toMatchObject({ code: 2, complaints: expect.stringContaining('is a folder without a file of data') });
});

test('classes that training never sees are named', async () => {
  const path = join(folder, 'late.csv');
  const lines = Array.from({ length: 400 }, (_, i) => `${i % 7},${i < 380 ? ['warm', 'cold'][i % 2] : 'late'}`);
  await writeFile(path, `a,k\n${lines.join('\n')}\n`);
  const { out } = await called(never, 'train', path, '--target', 'k', '--epochs', '1', '--units', '4', '--out', folder);
  expect(out).toContain('classes that the training part never has: late');
});

test('the report says how it was really computed and repeats every option', async () => {
  const path = join(folder, 'again.csv');
  await writeFile(path, `a,k\n${Array.from({ length: 400 }, (_, i) => `${i % 7},${i % 2}`).join('\n')}\n`);
  const options = ['--target', 'k', '--classify', '--epochs', '1', '--units', '2', '--backend', 'javascript'];
  await called(never, 'train', path, ...options, '--out', folder);
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  expect(html).toContain('<dd>float64</dd>');
  expect(html.replaceAll(/<[^>]*>/g, '')).toContain('--classify --target k');
});

test('wrong names of data, cells and columns end with code 1 or 2 and say what there is', async () => {
  const missing = await called(never, 'train', 'chetah');
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.complaints).toContain('did you mean "cheetah"?');
  expect((await called(never, 'train', 'sine', '--cell', 'synptic')).complaints).toContain('did you mean "synaptic"?');
  expect((await called(never, 'train', 'nowhere.csv', '--target', 'a')).complaints).toContain('there is no file');
  expect((await called(never, 'train', 'sine', '--target', 'a')).complaints).toContain('--target is for files');
});

test('the optimizer, the loss and the metric are chosen by name and options, and the report repeats them', async () => {
  const path = join(folder, 'choices.csv');
  await writeFile(path, `seconds,warm,room\n${rows.join('\n')}\n`);
  const fixed = ['--time', 'seconds', '--epochs', '1', '--units', '4', '--out', folder];
  const written = async () => (await readFile(join(folder, 'report.html'), 'utf8')).replaceAll(/<[^>]*>/g, '');

  const choices = '--optimizer sgd:momentum=0.9 --clip 5 --loss gaussian:epsilon=1e-4 --metric mae';
  const warm = await called(never, 'train', path, '--target', 'warm', ...fixed, ...choices.split(' '));
  expect(warm).toMatchObject({ code: 0, complaints: '' });
  expect(warm.out).toMatch(/\ntest mae \d\S*, standardised\n/);
  expect(await written()).toContain(choices);
  const { model } = loadModel(new Uint8Array(await readFile(join(folder, 'model.safetensors'))));
  expect(model.outputs).toBe(2);

  const classes = '--optimizer adamw:weight-decay=0.1 --loss cross-entropy:class-weights=1:5 --metric auc';
  const room = await called(never, 'train', path, '--target', 'room', ...fixed, ...classes.split(' '));
  expect(room).toMatchObject({ code: 0, complaints: '' });
  const [, auc] = room.out.match(/\ntest auc ([01]\S*)\n/)!;
  expect(await written()).toMatch(new RegExp(`baselines below[.].* Its test auc is ${auc}[.]`));
  expect(await written()).toContain(classes);
});

test('an optimizer, a loss or a metric that does not fit is refused', async () => {
  const refused = async (...options: string[]) => {
    const { code, complaints } = await called(never, 'train', 'sine', ...options);
    expect(code).toBe(2);
    return complaints;
  };
  expect(await refused('--loss', 'cross-entropy')).toContain('"cross-entropy" is not one of mse, mae, ');
  expect(await refused('--metric', 'f1')).toContain(
    `--metric "f1" is not one of ${Object.keys(fittingMetrics('numbers')).join(', ')}`,
  );
  expect(await refused('--optimizer', 'sgd:momentum=2')).toContain(
    'sgd: momentum is 2, but must be a number from 0 to below 1',
  );
});
