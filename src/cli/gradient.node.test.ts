import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { gradients } from '../gradients/index.ts';
import { gradientOf } from './choices.ts';
import { run } from './run.ts';
import { isUsageError } from './usage-error.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-gradient-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a gradient method is chosen by name, with its numbers behind a colon', () => {
  const data = (text: string) => JSON.parse(JSON.stringify(gradientOf(text))) as unknown;
  expect(data('bptt')).toEqual({ name: 'bptt' });
  expect(data('truncated')).toEqual({ name: 'truncated', length: 32 });
  expect(data('truncated:length=16')).toEqual({ name: 'truncated', length: 16 });
  expect(data('checkpointed:segments=8')).toEqual({ name: 'checkpointed', segments: 8 });
  expect(data('adjoint:steps=24,kept=samples')).toEqual({ name: 'adjoint', steps: 24, kept: 'samples' });
});

test('a gradient method that does not exist, or a number out of range, is refused with what was wanted', () => {
  const complaint = (text: string) => {
    try {
      gradientOf(text);
    } catch (error) {
      expect(isUsageError(error)).toBe(true);
      return (error as Error).message;
    }
    return 'no complaint';
  };
  expect(complaint('adjont')).toBe(
    `train: --gradient "adjont" is not one of ${Object.keys(gradients).join(', ')}; did you mean "adjoint"?`,
  );
  expect(complaint('bptt:length=3')).toBe('train: --gradient bptt has no option "length"; it has none');
  expect(complaint('truncated:length=0')).toBe(
    'train: truncated: length is 0, but must be a whole number of at least 1',
  );
});

test('training takes the chosen method, and the report repeats it', async () => {
  const path = join(folder, 'few.csv');
  await writeFile(path, `a,k\n${Array.from({ length: 400 }, (_, i) => `${i % 7},${i % 2}`).join('\n')}\n`);
  let complaints = '';
  const io = { out: () => {}, screen: undefined, colour: false, signal: new AbortController().signal };
  const line = ['train', path, '--target', 'a', '--epochs', '1', '--units', '2', '--out', folder];
  const code = await run([...line, '--gradient', 'checkpointed:segments=3'], io, (text) => {
    complaints += text;
  });
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  const html = await readFile(join(folder, 'report.html'), 'utf8');
  expect(html.replaceAll(/<[^>]*>/g, '')).toContain('--gradient checkpointed:segments=3');
});
