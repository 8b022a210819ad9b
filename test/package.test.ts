import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, expect, test } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const temporary = mkdtempSync(join(tmpdir(), 'rivulet-package-'));
const project = join(temporary, 'project');
let tarball = '';
let packed: string[] = [];

/** Output of a command; one that fails says what it printed. */
function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));

/** `cells/ltc` and so on: every module of the library, tests left out. */
const modules = filesIn('src')
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => path.replace(/^src\//, '').replace(/\.ts$/, ''));

/** What a user may write after `from`: every module but the command line, an `index` by the name of its folder. */
const specifiers = modules
  .filter((module) => !module.startsWith('cli/'))
  .map((module) => `rivulet/${module}`.replace(/\/index$/, ''));

beforeAll(() => {
  const age = (path: string) => statSync(path).mtimeMs;
  const newest = Math.max(...modules.map((module) => age(`src/${module}.ts`)));
  if (!existsSync('dist') || filesIn('dist').some((path) => age(path) < newest)) {
    throw new Error('dist is missing or older than src: run "npm run build" first');
  }
  const answer = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', temporary], '.');
  const [pack] = JSON.parse(answer) as [{ filename: string; files: { path: string }[] }];
  tarball = join(temporary, pack.filename);
  packed = pack.files.map((file) => file.path);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], project);
});

afterAll(() => rmSync(temporary, { recursive: true, force: true }));

test('the package holds every module with its types, the documents, and nothing else', () => {
  const expected = [
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'package.json',
    ...modules.flatMap((module) => [`dist/${module}.d.ts`, `dist/${module}.js`]),
  ];
  expect(packed.toSorted()).toEqual(expected.toSorted());
});

test('it installs alone, without any other package', () => {
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['rivulet']);
});

test('every subpath imports in Node, and says nothing while doing so', () => {
  const script = specifiers.map((specifier) => `await import('${specifier}');`).join('\n');
  expect(run(process.execPath, ['--input-type=module', '--eval', script], project)).toBe('');
});

test('the command line is no subpath', () => {
  expect(() => run(process.execPath, ['--input-type=module', '--eval', `import 'rivulet/cli/main'`], project)).toThrow(
    'ERR_PACKAGE_PATH_NOT_EXPORTED',
  );
});

test('the command runs where it is installed', () => {
  expect(run(join('node_modules', '.bin', 'rivulet'), ['--version'], project)).toContain(manifest.version);
});

test('the types of every subpath resolve in strict code that knows neither Node nor our settings', () => {
  const imports = specifiers.map((specifier, index) => `import * as m${index} from '${specifier}';`);
  const consumer = [
    ...imports,
    `export const all = [${specifiers.map((_, index) => `m${index}`).join(', ')}];`,
    `// @ts-expect-error: no such cell`,
    `import 'rivulet/cells/no-such-cell';`,
  ];
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2022', 'dom'], types: [], strict: true };
  writeFileSync(join(project, 'consumer.ts'), consumer.join('\n'));
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...compilerOptions, noEmit: true }, files: ['consumer.ts'] }),
  );
  run(process.execPath, [resolve('node_modules/typescript/bin/tsc')], project);
});

test('publint finds nothing to say', async () => {
  const bytes = readFileSync(tarball);
  const { messages, pkg } = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer },
    strict: true,
  });
  expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
});

test('the types are right for every way to resolve ES modules', async () => {
  const entrypoints = specifiers.map((specifier) => specifier.replace('rivulet', '.'));
  const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)), { entrypoints });
  if (!result.types) throw new Error('the package has no types');
  const old = ['node10', 'node16-cjs'];
  const where = (problem: (typeof result.problems)[number]) =>
    'resolutionKind' in problem ? problem.resolutionKind : problem.kind;
  expect(result.problems.filter((problem) => !old.includes(where(problem)))).toEqual([]);
});
