import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { synaptic } from './cells/synaptic.ts';
import { load, save, saveFile } from './files.ts';
import { saveModel } from './formats/model-file.ts';
import { model } from './model.ts';
import { withParameters } from './network.ts';
import { saveCompiled } from './save-compiled.ts';
import { ncp } from './wirings/ncp.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const wiring = ncp({
  inter: 4,
  command: 3,
  motor: 1,
  sensoryFanout: 2,
  interFanout: 2,
  recurrentCommandSynapses: 2,
  motorFanin: 2,
});
const net = model({ cell: synaptic(), inputs: 2, wiring, seed: 3 });

test('a network that is saved to a file is the same when it is loaded, notes too', async () => {
  const path = join(folder, 'new/folder/net.safetensors');
  await save(net, path, { unit: 'volt' });
  const back = await load(path);
  expect(saveModel(back.model)).toEqual(saveModel(net));
  expect(back.notes).toEqual({ unit: 'volt' });
  expect(await readdir(join(folder, 'new/folder'))).toEqual(['net.safetensors']);
});

test('a file may be named by a URL', async () => {
  const place = pathToFileURL(join(folder, 'with a space.safetensors'));
  await save(net, place);
  expect((await load(place)).model.parameters).toEqual(net.parameters);
});

test('a network is never half written: the old file stays where the new one fails, and of many at once each is whole', async () => {
  const path = join(folder, 'kept.safetensors');
  await save(net, path);
  const broken = withParameters(
    net,
    net.parameters.map(() => Number.NaN),
  );
  await expect(save(broken, path)).rejects.toThrow(/not finite|NaN/);
  const folderInTheWay = join(folder, 'in the way');
  await saveFile(join(folderInTheWay, 'file'), 'x');
  await expect(saveFile(folderInTheWay, 'x')).rejects.toThrow(`cannot write "${folderInTheWay}" (EISDIR)`);
  expect((await load(path)).model.parameters).toEqual(net.parameters);

  // Long enough that two writers of one file would tear it.
  const contents = Array.from({ length: 8 }, (_, k) => String(k).repeat(1_000_000 + k));
  await Promise.all(contents.map((content) => saveFile(join(folder, 'many'), content)));
  expect(contents).toContain(await readFile(join(folder, 'many'), 'utf8'));
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('what cannot be loaded is refused with the name of the file and what it is', async () => {
  const place = async (name: string, content: Uint8Array | string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };
  const whole = saveModel(net);
  const refused: readonly (readonly [path: string, says: string])[] = [
    [join(folder, 'no.safetensors'), 'load: there is no file "'],
    [folder, 'load: wanted a file, but this is a folder: "'],
    [await place('cut.safetensors', whole.subarray(0, 900)), 'cut short'],
    [await place('empty.safetensors', ''), 'the file has 0 bytes'],
    [await place('net.wasm', saveCompiled(net)), 'is read by load of rivulet/inference'],
    [await place('table.csv', 'a,b\n1,2\n3,4\n'), 'no safetensors'],
  ];
  for (const [path, says] of refused) {
    const message = await load(path).then(
      () => 'loaded',
      (error: Error) => error.message,
    );
    expect(message).toContain(says);
    expect(message).toContain(path);
  }
});
