import { expect, test } from 'vitest';
import { check } from '../equation/check.ts';
import { latex } from '../equation/latex.ts';
import { mathml } from '../equation/mathml.ts';
import { parse } from '../equation/parse.ts';
import { print } from '../equation/print.ts';
import {
  bounded,
  type CellDraft,
  cell,
  cellFromData,
  cellToData,
  constant,
  matrix,
  positive,
  vector,
  wired,
} from './cell.ts';
import { cells } from './index.ts';

const variants = {
  'ctrnn with relu': cells.ctrnn({ activation: 'relu' }),
  'neural-ode with hardtanh': cells['neural-ode']({ activation: 'hardtanh' }),
  'ltc with tanh': cells.ltc({ activation: 'tanh' }),
  'synaptic without maps and epsilon': cells.synaptic({ input: 'none', output: 'none', epsilon: 0 }),
  'synaptic with linear maps': cells.synaptic({ input: 'linear', output: 'linear' }),
};
const every = [...Object.entries(cells).map(([name, make]) => [name, make()] as const), ...Object.entries(variants)];

for (const [name, one] of every) {
  test(`${name} is checked, and prints to a text that gives the same cell`, () => {
    const printed = print(one.equation);
    expect(print(parse(printed, name))).toBe(printed);
    const again = cell({ ...cellToData(one), equation: printed });
    expect(check(again)).toMatchObject({ axes: check(one).axes, sources: check(one).sources });
  });

  test(`E25 ${name} is the same cell after a round trip through JSON`, () => {
    expect(cellFromData(JSON.parse(JSON.stringify(cellToData(one))))).toEqual(one);
  });

  test(`${name} reads no declaration in vain`, () => {
    for (const param of Object.keys(one.params)) expect(print(one.equation)).toMatch(new RegExp(`\\b${param}\\b`));
  });

  test(`E26 ${name} has its equation as LaTeX and MathML`, () => {
    expect(latex(one.equation)).toMatch(/^\\begin\{aligned\}\n.*\\frac\{\\mathrm\{d\}x.*\n\\end\{aligned\}$/s);
    expect(mathml(one.equation)).toMatch(/^<math .*<\/math>$/);
  });
}

for (const [name, make] of Object.entries(cells)) {
  test(`${name} bears the name it is listed under, and names a paper`, () => {
    expect(make().name).toBe(name);
    expect(make().paper).toMatch(/\d{4}/);
  });
}

test('synaptic has the parameters of ncps, in its order, with its ranges', () => {
  const { params } = cells.synaptic();
  const ranges = Object.entries(params).map(([name, { initial }]) => {
    return [name, typeof initial === 'string' ? initial : [initial.lo, initial.hi]];
  });
  expect(ranges.slice(0, -1)).toEqual([
    ['gleak', [0.001, 1]],
    ['vleak', [-0.2, 0.2]],
    ['cm', [0.4, 0.6]],
    ['sigma', [3, 8]],
    ['mu', [0.3, 0.8]],
    ['w', [0.001, 1]],
    ['erev', 'sign'],
    ['sensory_sigma', [3, 8]],
    ['sensory_mu', [0.3, 0.8]],
    ['sensory_w', [0.001, 1]],
    ['sensory_erev', 'sign'],
    ['input_w', [1, 1]],
    ['input_b', [0, 0]],
    ['output_w', [1, 1]],
    ['output_b', [0, 0]],
  ]);
  expect(params.epsilon).toMatchObject({ kind: 'constant', axes: [], value: 1e-8 });
  const held = Object.keys(params).filter((name) => params[name]!.constraint === 'positive');
  expect(held).toEqual(['gleak', 'cm', 'w', 'sensory_w']);
});

const draft: CellDraft = {
  name: 'draft',
  paper: 'none, 2026',
  equation: `
    r[j, m] = a[j] * table[m] * sum[k](grid[m, k])
    dx[j]/dt = sum[m](r[j, m]) * x[j]
  `,
  axes: { slot: 3, side: 2 },
  params: {
    a: vector('state'),
    table: constant(['slot'], (m) => 10 ** m),
    grid: constant(['slot', 'side'], (m, k) => 10 * m + k),
  },
};

test('E24 a constant is a number, a list, or a function of its indices in row-major order', () => {
  const { params } = cell(draft);
  expect(params.table!.value).toEqual([1, 10, 100]);
  expect(params.grid!.value).toEqual([0, 1, 10, 11, 20, 21]);
  expect(cell({ ...draft, params: { ...draft.params, table: constant(['slot'], 3) } }).params.table!.value).toBe(3);
});

test('E25 a cell with constants from functions is plain JSON data', () => {
  const made = cell(draft);
  expect(cellFromData(JSON.parse(JSON.stringify(cellToData(made))))).toEqual(made);
  expect(made.equation.source.split('\n')[0]).toMatch(/^r\[j, m\]/);
});

test.each<[string, Partial<CellDraft>]>([
  [
    'the constant "table" has 2 values; its axes want 3',
    { params: { ...draft.params, table: constant(['slot'], [1, 2]) } },
  ],
  [
    'the constant "table" is Infinity at [2]; wanted a finite number',
    { params: { ...draft.params, table: constant(['slot'], (m) => 1 / (2 - m)) } },
  ],
  [
    'the constant "table" is NaN; wanted a finite number',
    { params: { ...draft.params, table: constant(['slot'], Number.NaN) } },
  ],
  [
    'the constant "table" has no value',
    { params: { ...draft.params, table: { ...vector('slot'), kind: 'constant' } } },
  ],
  [
    'lists values over "state", which is not an axis of the cell itself',
    { params: { ...draft.params, a: constant(['state'], () => 1) } },
  ],
  [
    'the parameter "a" has a value: only a constant has one',
    { params: { ...draft.params, a: { ...vector('state'), value: 1 } } },
  ],
  ['"a" starts from 2 to 1; wanted two numbers in order', { params: { ...draft.params, a: vector('state', 2, 1) } }],
  ['"a" starts from 0 to 0, but it is positive', { params: { ...draft.params, a: positive(vector('state')) } }],
  [
    '"a" starts from 0 to 3, but it is bounded by -1 and 2',
    { params: { ...draft.params, a: bounded(vector('state', 0, 3), -1, 2) } },
  ],
  [
    '"a" is bounded by 1 and 1; wanted two numbers in order',
    { params: { ...draft.params, a: bounded(vector('state', 1), 1, 1) } },
  ],
  ['the axis "slot" has the size 2.5; wanted a whole number from 1', { axes: { slot: 2.5, side: 2 } }],
])('E24 a cell is refused with what is wrong: %s', (problem, change) => {
  expect(() => cell({ ...draft, ...change })).toThrow(`draft: `);
  expect(() => cell({ ...draft, ...change })).toThrow(problem);
});

test('a constrained array wants a range of numbers to start from', () => {
  const params = { R: wired(positive(matrix('state', 'state'))) };
  expect(() => cell({ name: 'c', paper: '', equation: 'dx/dt = R @ x', params })).toThrow("not 'glorot'");
});
