import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasFlow } from '../src/cells/cell.ts';
import { cells } from '../src/cells/index.ts';
import { latex } from '../src/equation/latex.ts';
import { solvers } from '../src/solvers/index.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const page = read('../docs/theory.md');

/** Formulas that are printed from an equation, and the names in the paragraph in front of each. */
const printed = [...page.matchAll(/((?:.+\n)+)\n```math\n(\\begin\{aligned\}[\s\S]*?)\n```/g)].map(
  ([, before, formula]) => ({
    names: [...before!.matchAll(/`([\w-]+)`/g)].map(([, name]) => name!),
    formula,
  }),
);

/** What the page is about: cells that are a flow and nothing else, and the solvers that its theorem covers. */
const equations = new Map([
  ...Object.values(cells)
    .map((make) => make())
    .filter((cell) => hasFlow(cell) && cell.equation.lines.every(({ left }) => left.kind !== 'jump'))
    .map(({ name, equation }) => [name, equation] as const),
  ...(['semi-implicit', 'exponential', 'euler', 'heun'] as const).map((name) => [name, solvers[name].step] as const),
]);

test('every formula of a cell or a solver in docs/theory.md is the one that runs', () => {
  expect(printed).toHaveLength(equations.size);
  for (const [name, equation] of equations) {
    const own = printed.find(({ names }) => names.includes(name));
    expect(own?.formula, name).toBe(latex(equation));
  }
});

test('every test that docs/theory.md names is there', () => {
  const links = [...page.matchAll(/\[([^\]]+)\]\(\.\.\/(src\/[^)]+\.test\.ts)\)/g)];
  expect(links.length).toBeGreaterThan(20);
  for (const [, title, path] of links) {
    // What `test.for` fills in is told by dots.
    const written = `'${title!.replaceAll('…', '%s')}',`;
    expect(read(`../${path}`).includes(written), `${path}: ${title}`).toBe(true);
  }
});
