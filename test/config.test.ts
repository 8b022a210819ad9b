import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** TypeScript is read by Node or by the user's compiler, not by this test's loader, so these tests run what is built. */
const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-config-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const called = (line: string, cwd: string) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...line.split(' ')], { cwd, encoding: 'utf8' });
  return { code: status, out: stdout, complaints: stderr };
};

/** A project with a config in TypeScript, as `rivulet init --ts` writes it. */
function project(name: string): string {
  const folder = join(temporary, name);
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  expect(called('init --ts', folder).code).toBe(0);
  return folder;
}

test('a config in TypeScript is read by Node where it can, else by the user’s own compiler', () => {
  const folder = project('with-compiler');
  symlinkSync(resolve('node_modules/typescript'), join(folder, 'node_modules', 'typescript'));
  const settings = readFileSync(join(folder, 'rivulet.config.ts'), 'utf8').replace('epochs: 30', 'epochs: 2 as number');
  writeFileSync(join(folder, 'rivulet.config.ts'), settings);
  const { code, out, complaints } = called('train --json', folder);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  expect(out.match(/"kind":"epoch"/g)).toHaveLength(2);
  writeFileSync(join(folder, 'rivulet.config.ts'), settings.replace("'sine'", "'sine', epohcs: 3"));
  expect(called('train', folder).complaints).toContain(
    'rivulet.config.ts: train.epohcs is not known; did you mean "epochs"?',
  );
});

test('where neither can read TypeScript, the error says what would', () => {
  const folder = project('without-compiler');
  const { code, complaints } = called('train --epochs 1', folder);
  const isNative = 'typescript' in process.features;
  expect(code).toBe(isNative ? 0 : 2);
  if (!isNative)
    expect(complaints).toMatch(
      /^rivulet: rivulet\.config\.ts: Node \S+ does not read TypeScript; wanted Node 22\.18 or later/,
    );
});
