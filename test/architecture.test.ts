import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { complaints, type Rules } from './architecture.ts';

/** The flow of ARCHITECTURE.md, as data: a file imports from its own folder or from a layer further up. */
const rules: Rules = {
  flow: [
    ['random', 'sequences', 'reals', 'options', 'expression', 'regions'],
    ['computation'],
    ['equation', 'drivers'],
    ['cells', 'wirings', 'solvers'],
    ['model'],
    ['intake'],
    ['network'],
    ['composition'],
    ['stack'],
    ['compiler', 'timing', 'formats'],
    ['backends', 'datasets', 'files'],
    ['streaming', 'driven-sampler'],
    ['passes'],
    ['compute', 'inference'],
    ['open-stream', 'save-compiled'],
    ['program'],
    ['gradients', 'losses', 'optimizers', 'stability-warning'],
    ['metrics'],
    ['training', 'predictor'],
    ['certificates'],
    ['analysis'],
    ['integrators'],
    ['expressivity'],
    ['report'],
    ['cli', 'index'],
    ['config'],
  ],
  only: { datasets: ['random', 'sequences', 'formats'] },
  alternatives: {
    cells: { contract: 'cell', shared: ['gates', 'closed-form', 'lstm'] },
    wirings: { contract: 'wiring', shared: [] },
    solvers: { contract: 'solver', shared: [] },
    datasets: {
      contract: 'dataset',
      shared: ['divide', 'deal', 'windows', 'padded', 'scale', 'read', 'gunzip', 'baselines'],
    },
    backends: { contract: 'backend', shared: ['elementary', 'block-sampler'] },
    drivers: { contract: 'driver', shared: ['field', 'lu'] },
    losses: { contract: 'loss', shared: [] },
    metrics: { contract: 'metric', shared: [] },
    optimizers: { contract: 'optimizer', shared: ['moments'] },
    gradients: { contract: 'gradient', shared: ['window', 'windowed'] },
    integrators: { contract: 'integrator', shared: ['embedded'] },
  },
  node: ['cli', 'datasets/read', 'files'],
};

function repository(): Map<string, string> {
  const paths = ['src', 'test'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
  );
  return new Map(paths.filter((path) => path.endsWith('.ts')).map((path) => [path, readFileSync(path, 'utf8')]));
}

test('imports point upstream, members import no sibling, and the core needs no Node', () => {
  expect(complaints(repository(), rules)).toEqual([]);
});

test('every place that the rules name exists', () => {
  const named = [
    ...rules.flow.flat(),
    ...rules.node,
    ...Object.entries(rules.alternatives).flatMap(([folder, { contract, shared }]) =>
      [contract, 'index', ...shared].map((file) => `${folder}/${file}`),
    ),
  ];
  expect(named.filter((name) => !existsSync(`src/${name}`) && !existsSync(`src/${name}.ts`))).toEqual([]);
});

/** A little repository that keeps every rule, and imports in every way that is allowed. */
const kept = {
  'src/index.ts': `export { program } from './program.ts'; export { ltc } from './cells/ltc.ts';`,
  'src/random.ts': `export const random = { process: 1 }; const Buffer = Array; export const step = [random.process, Buffer];`,
  'src/cells/cell.ts': `import type { Random } from '../random.ts'; export const cell = 1;`,
  'src/cells/ltc.ts': `import { cell } from './cell.ts'; export const ltc = cell;`,
  'src/cells/ctrnn.ts': `import { cell } from './cell.ts'; export const ctrnn = cell;`,
  'src/cells/index.ts': `import { ltc } from './ltc.ts'; import { ctrnn } from './ctrnn.ts'; export const cells = { ltc, ctrnn };`,
  'src/cells/cells.test.ts': `import { expect } from 'vitest'; import { cells } from './index.ts'; import { program } from '../program.ts';`,
  'src/solvers/heun.ts': `export const heun = 1;`,
  'src/program.ts': `import { cell } from './cells/cell.ts'; export const program = cell;`,
  'src/backends/wasm/encoder.ts': `export const encoder = 1;`,
  'src/backends/wasm.ts': `import { encoder } from './wasm/encoder.ts'; export const wasm = encoder;`,
  'src/datasets/divide.ts': `export const divide = 1;`,
  'src/datasets/sine.ts': `import { divide } from './divide.ts'; export const sine = divide;`,
  'src/datasets/read.ts': `import { readFile } from 'node:fs/promises'; export const read = readFile;`,
  'src/cli/main.ts': `import { cells } from '../cells/index.ts'; import { read } from '../datasets/read.ts'; process.exit(read);`,
  'src/cli/main.node.test.ts': `import { read } from '../datasets/read.ts';`,
};

const complaintsWith = (changes: Record<string, string>) =>
  complaints(new Map(Object.entries({ ...kept, ...changes })), rules);

test('a repository that keeps the rules meets no complaint', () => {
  expect(complaintsWith({})).toEqual([]);
});

const violations: Record<string, { files: Record<string, string>; expected: string[] }> = {
  'an import that points downstream': {
    files: { 'src/cells/cell.ts': `import { program } from '../program.ts'; export const cell = 1;` },
    expected: [
      'src/cells/cell.ts imports src/program.ts, which is downstream',
      'cycle: src/cells/cell.ts, src/program.ts',
    ],
  },
  'a downstream import of a type': {
    files: { 'src/random.ts': `export type Cell = import('./cells/ltc.ts').Cell;` },
    expected: [
      'src/random.ts imports src/cells/ltc.ts, which is downstream',
      'cycle: src/cells/cell.ts, src/cells/ltc.ts, src/random.ts',
    ],
  },
  'a downstream import written as an export': {
    files: { 'src/solvers/heun.ts': `export * from '../program.ts';` },
    expected: ['src/solvers/heun.ts imports src/program.ts, which is downstream'],
  },
  'an import between peers': {
    files: { 'src/cells/ltc.ts': `import { heun } from '../solvers/heun.ts';` },
    expected: ['src/cells/ltc.ts imports src/solvers/heun.ts: cells and solvers are peers'],
  },
  'an import beyond what a folder is allowed': {
    files: { 'src/datasets/sine.ts': `import { ltc } from '../cells/ltc.ts';` },
    expected: ['src/datasets/sine.ts imports src/cells/ltc.ts: datasets may import only random, sequences, formats'],
  },
  'a member that imports a sibling': {
    files: { 'src/cells/ltc.ts': `import { ctrnn } from './ctrnn.ts';` },
    expected: ['src/cells/ltc.ts imports src/cells/ctrnn.ts: members of cells import cell.ts and no sibling'],
  },
  'a member that imports a file of a sibling': {
    files: { 'src/backends/javascript.ts': `import { encoder } from './wasm/encoder.ts';` },
    expected: [
      'src/backends/javascript.ts imports src/backends/wasm/encoder.ts: members of backends import backend.ts and no sibling',
    ],
  },
  'a contract that imports a member': {
    files: { 'src/solvers/solver.ts': `import { heun } from './heun.ts';` },
    expected: ['src/solvers/solver.ts imports src/solvers/heun.ts: a contract knows none of its members'],
  },
  'a member that imports its registry': {
    files: { 'src/solvers/heun.ts': `import { solvers } from './index.ts';` },
    expected: ['src/solvers/heun.ts imports its own registry src/solvers/index.ts'],
  },
  'a front door that imports a registry': {
    files: { 'src/index.ts': `export { cells } from './cells/index.ts';` },
    expected: ['src/index.ts imports the registry src/cells/index.ts'],
  },
  'a cycle inside a folder': {
    files: { 'src/training/a.ts': `import './b.ts';`, 'src/training/b.ts': `const later = () => import('./a.ts');` },
    expected: ['cycle: src/training/a.ts, src/training/b.ts'],
  },
  'a node: import in the core': {
    files: { 'src/random.ts': `import { randomBytes } from 'node:crypto';` },
    expected: expect.arrayContaining([
      'src/random.ts reaches node:crypto',
      'src/program.ts reaches node:crypto through src/random.ts through src/cells/cell.ts',
    ]) as string[],
  },
  'a test that needs Node and does not say so': {
    files: { 'src/datasets/sine.test.ts': `import { read } from './read.ts'; Buffer.from([]);` },
    expected: [
      'src/datasets/sine.test.ts uses Buffer: call it src/datasets/sine.node.test.ts',
      'src/datasets/sine.test.ts reaches node:fs/promises through src/datasets/read.ts: call it src/datasets/sine.node.test.ts',
    ],
  },
  'code made from text': {
    files: { 'src/random.ts': `export const f = [new Function('return 1'), eval];` },
    expected: ['src/random.ts uses new Function', 'src/random.ts uses eval'],
  },
  'a package from outside': {
    files: { 'src/random.ts': `import { random } from 'lodash';` },
    expected: ['src/random.ts imports lodash: the library stands on nothing outside src'],
  },
  'a file without a place in the flow': {
    files: { 'src/extras/more.ts': `export const more = 1;` },
    expected: ['src/extras/more.ts has no place in the flow'],
  },
  'a name that says nothing': {
    files: { 'test/helpers/a.test.ts': '', 'src/training/batch-utils.ts': '' },
    expected: [
      'test/helpers/a.test.ts: "helpers" says nothing; name it after what it exports',
      'src/training/batch-utils.ts: "batch-utils" says nothing; name it after what it exports',
    ],
  },
  'a name with capitals': {
    files: { 'src/training/trainModel.ts': '' },
    expected: ['src/training/trainModel.ts: "trainModel" should be lower case with dashes'],
  },
  'a default export': {
    files: {
      'src/training/a.ts': `export default function train() {}`,
      'src/training/b.ts': `export default 1;`,
      'src/training/c.ts': `const c = 1; export { c as default };`,
    },
    expected: ['a', 'b', 'c'].map((name) => `src/training/${name}.ts has a default export`),
  },
};

test.for(Object.keys(violations))('%s is refused', (name) => {
  const { files, expected } = violations[name]!;
  expect(complaintsWith(files)).toEqual(expected);
});
