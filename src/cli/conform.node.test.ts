import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conform } from './conform.ts';

async function called(...paths: string[]) {
  let out = '';
  const write = (text: string) => {
    out += text;
  };
  const io = { out: write, screen: undefined, colour: false, signal: new AbortController().signal };
  return { code: await conform({ kind: 'conform', paths, json: false, debug: false }, io), out: () => out };
}

test('a folder is compared whole: cells, wirings, and state dicts by the answers beside them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rivulet-'));
  try {
    const dict = 'ncps-CfC-pure-state-dict';
    for (const name of [
      `${dict}.safetensors`,
      `${dict}.io.safetensors`,
      'wirings.json',
      'cfc-without-backbone.safetensors',
    ])
      await copyFile(new URL(`../../test/golden/${name}`, import.meta.url), join(folder, name));
    const { code, out } = await called(folder);
    expect(code).toBe(0);
    expect(out()).toContain(`${dict}.safetensors: agrees`);
    expect(out()).toContain('wirings.json: agrees');
    expect(out()).toMatch(/\n {2}AutoNCP\(units=28, output_size=4\), 8 inputs +0\.0e\+0 +0\.0e\+0 +0\.0e\+0\n/);
    expect(out()).toContain('3 of 3 agree\n');
    await rm(join(folder, `${dict}.io.safetensors`));
    expect((await called(join(folder, `${dict}.safetensors`))).code).toBe(2);
  } finally {
    await rm(folder, { recursive: true });
  }
});
