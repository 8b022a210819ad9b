import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called, streamed } from '../../test/called.ts';
import { loadModel } from '../formats/model-file.ts';
import { writeNpy } from '../formats/npy.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-na-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(folder, name), content);
  return join(folder, name);
}
async function done(...argv: string[]): Promise<string> {
  const { code, out, complaints } = await called(...argv);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
}
async function trained(path: string, ...argv: string[]): Promise<string> {
  const out = `${path}-run`;
  await done('train', path, ...argv, '--task', 'regress', '--epochs', '2', '--units', '3', '--out', out);
  return join(out, 'model.safetensors');
}
const answers = (text: string) => text.trimEnd().split('\n').slice(1);

const rows = Array.from({ length: 300 }, (_, i) => ({
  gas: i % 6 === 2 ? undefined : 5 + Math.sin(i / 8),
  heat: 20 + Math.cos(i / 8),
}));
const table = (none: string) => `gas,heat\n${rows.map(({ gas, heat }) => `${gas ?? none},${heat}`).join('\n')}\n`;

test('a value that means that there is none is missing in training, eval, predict and stream', async () => {
  const [empty, marked] = await Promise.all([written('empty.csv', table('')), written('marked.csv', table('-200'))]);
  const one = await trained(empty, '--target', 'heat');
  const two = await trained(marked, '--target', 'heat', '--na', '-200,-');
  const [a, b] = await Promise.all([one, two].map(async (path) => loadModel(new Uint8Array(await readFile(path)))));
  expect(b!.model.parameters).toEqual(a!.model.parameters);
  expect(JSON.parse(b!.notes.task!)).toMatchObject({ na: ['-200', '-'] });
  expect(JSON.parse(await done('eval', two, '--json')).metrics).toEqual(
    JSON.parse(await done('eval', one, '--json')).metrics,
  );
  const predicted = await done('predict', one, empty);
  expect(await done('predict', two, marked)).toBe(predicted);
  expect(await done('predict', two, await written('dashes.csv', table('-')))).toBe(predicted);
  const said = (none: string | number) => rows.slice(0, 9).map(({ gas }) => JSON.stringify({ gas: gas ?? none }));
  const streams = await Promise.all([
    streamed(one, said('')),
    streamed(two, said(-200)),
    streamed(two, said('-200.0')),
  ]);
  expect(streams[1]).toEqual(streams[0]);
  expect(streams[2]).toEqual(streams[0]);
});

test('a value that means that there is none is missing in arrays too', async () => {
  const data = Float64Array.from(rows.flatMap(({ gas, heat }) => [gas ?? -999, heat]));
  const path = await written('gas.npy', writeNpy([300, 2], data));
  const { columns, notes } = JSON.parse(await done('data', path, '--na', '-999', '--json'));
  expect(columns[0]).toMatchObject({ missing: 50, least: expect.closeTo(4, 1) });
  expect(notes).toEqual(['taken as missing, as asked: -999']);
});

test('a network that learned from decimal commas between commas reads them on fresh files and lines', async () => {
  const commas = `gas,heat\n${rows.map((_, i) => `"${String(1 + i / 1000).replace('.', ',')}",${i % 7}`).join('\n')}\n`;
  const model = await trained(await written('commas.csv', commas), '--target', 'heat');
  // Alone, "1,001" and "1,002" would be thousands.
  const fresh = await written('fresh.csv', 'gas\n"1,001"\n"1,002"\n');
  const predicted = await done('predict', model, fresh);
  expect(predicted).toBe(await done('predict', model, await written('points.csv', 'gas\n1.001\n1.002\n')));
  expect((await streamed(model, ['gas', '"1,001"', '"1,002"'])).slice(1)).toEqual(answers(predicted));
  // Three digits behind every comma: without the network they would be thousands.
  const few = rows.flatMap((_, i) => (i % 10 ? [[`1.${String(i).padStart(3, '0')}`, i % 7]] : []));
  const judged = async (name: string, comma: boolean) => {
    const lines = few.map(([gas, heat]) => (comma ? `"${String(gas).replace('.', ',')}",${heat}` : `${gas},${heat}`));
    return JSON.parse(await done('eval', model, await written(name, `gas,heat\n${lines.join('\n')}\n`), '--json'))
      .metrics;
  };
  expect(await judged('few-commas.csv', true)).toEqual(await judged('few-points.csv', false));
});
