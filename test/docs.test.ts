import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { datasets } from '../src/datasets/index.ts';
import { read } from '../src/datasets/read.ts';

const root = new URL('..', import.meta.url).pathname;
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The TypeScript examples of a page. */
const examples = (page: string) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]!);

/** Those that are files with a name, which `sessions.test.ts` runs. */
const files = (page: string) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts (\S+)\n([\s\S]*?)^```/gm)].map(
    ([, name, source]) => [name!, source!] as const,
  );

/** Examples lie in the repository, so that they import the built library by its name, as a user does. */
let folder = '';
beforeAll(() => {
  mkdirSync(join(root, 'runs'), { recursive: true });
  folder = mkdtempSync(join(root, 'runs/examples-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Run an example; returns what it printed. */
async function run(name: string, source: string): Promise<string[]> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const file = join(folder, `${name.replaceAll(/\W/g, '-')}.mjs`);
  const printed: string[] = [];
  writeFileSync(
    file,
    `const console = { log: (...what) => globalThis.examplePrinted.push(what.join(' ')) };\n${outputText}`,
  );
  Object.assign(globalThis, { examplePrinted: printed });
  await import(pathToFileURL(file).href);
  return printed;
}

test('every example compiles under the strictest settings that users have', () => {
  const sources = new Map(
    pages.flatMap((page) => {
      const [name, own] = [page.replaceAll(/\W/g, '-'), files(page)];
      return [
        ...examples(page).map((source, k) => [join(folder, `${name}-${k + 1}.ts`), `${source}\nexport {};\n`] as const),
        ...own.map(([file, source]) => [join(folder, name, file), source] as const),
      ];
    }),
  );
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
  };
  for (const [file, source] of sources) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, source);
  }
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([...sources.keys()], options));
  const format = {
    getCanonicalFileName: (path: string) => path,
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
  };
  expect(ts.formatDiagnostics(problems, format)).toBe('');
});

for (const page of pages) {
  examples(page).forEach((source, k) => {
    test(`example ${k + 1} of ${page} runs`, async () => {
      const printed = await run(`${page} ${k}`, source);
      expect(printed.every((line) => !line.includes('NaN') && !line.includes('undefined'))).toBe(true);
    });
  });
}

test('the first example of the README forecasts waves better than five readings in a straight line do', async () => {
  const { baselines } = await datasets.sine.load(read);
  const [error, said, ...stream] = await run('README learns', examples('README.md')[0]!);
  const best = Math.min(...baselines().map(({ value }) => value));
  expect(Number(error!.match(/\d+\.\d+$/)![0])).toBeLessThan(best);
  expect(said).toContain('ltc');
  expect(stream.map(Number).filter(Number.isFinite)).toHaveLength(4);
});

test('a mistake in an equation is answered as the README shows', async () => {
  const shown = readFileSync(join(root, 'README.md'), 'utf8')
    .match(/```\n(ltc: "tua"[\s\S]*?)```/)![1]!
    .trimEnd();
  const wrong = examples('README.md')[1]!.replace('1/tau', '1/tua');
  await expect(run('README mistake', wrong)).rejects.toThrow(shown);
});
