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
  'cfc without gate': cells.cfc({ mode: 'no_gate', activation: 'relu', backboneLayers: 3, backboneUnits: 5 }),
  'cfc with dropout': cells.cfc({ backboneLayers: 2, dropout: 0.25 }),
  'pure cfc without backbone': cells.cfc({ mode: 'pure', backboneLayers: 0 }),
  'pure wired-cfc': cells['wired-cfc']({ mode: 'pure' }),
  'wired-cfc by layers': cells['wired-cfc']({ form: 'ncps' }),
  'wired-cfc of one layer without gate': cells['wired-cfc']({ form: 'ncps', layers: 1, mode: 'no_gate' }),
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
    const text = latex(one.equation);
    expect(text).toMatch(/^\\begin\{aligned\}\n.*\n\\end\{aligned\}$/s);
    expect(text.includes('\\frac{\\mathrm{d}')).toBe(one.equation.lines.some(({ left }) => left.kind === 'flow'));
    expect(mathml(one.equation)).toMatch(/^<math .*<\/math>$/);
  });
}

for (const [name, make] of Object.entries(cells)) {
  test(`${name} bears the name it is listed under, and names a paper`, () => {
    expect(make().name).toBe(name);
    expect(make().paper).toMatch(/\d{4}/);
  });
}

for (const [name, make] of Object.entries(cells) as [string, (options: object) => unknown][]) {
  test(`${name} refuses an option that it does not have`, () => {
    expect(() => make({ backbone_units: 3 })).toThrow(
      new RegExp(`^${name}: there is no option "backbone_units"; (it has none|the options are [a-zA-Z, ]+)$`),
    );
  });
}

test.each<[string, string, unknown]>([
  ['synaptic', 'input', 'afine'],
  ['synaptic', 'output', 'Linear'],
  ['synaptic', 'epsilon', -1],
  ['ltc', 'activation', 'sigmoyd'],
  ['ctrnn', 'activation', 'exp'],
  ['neural-ode', 'activation', 1],
  ['liquid', 'memory', 5],
  ['ltc', 'memory', [1, 2, 3]],
  ['wired-cfc', 'mode', 'no-gate'],
  ['cfc', 'backboneUnits', '64'],
  ['cfc', 'dropout', Number.NaN],
])('%s refuses a wrong %s: %o', (name, option, value) => {
  const make = cells[name as keyof typeof cells] as (options: object) => unknown;
  expect(() => make({ [option]: value })).toThrow(`${name}: ${option} is `);
  expect(() => make({ [option]: undefined })).not.toThrow();
});

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

test('cfc has the defaults of ncps: one backbone layer of 128 units, lecun_tanh, gates, no dropout', () => {
  expect(print(cells.cfc().equation)).toBe(
    [
      'h = lecun_tanh(backbone_u @ u + backbone_x @ x + backbone_b)',
      'ff1 = tanh(ff1_W @ h + ff1_b)',
      'ff2 = tanh(ff2_W @ h + ff2_b)',
      'gate = sigmoid((time_a_W @ h + time_a_b) * dt + time_b_W @ h + time_b_b)',
      "x' = ff1 * (1 - gate) + gate * ff2",
    ].join('\n'),
  );
  expect(cells.cfc().axes).toEqual({ backbone: 128 });
});

test('each option of cfc is in its text', () => {
  const text = (options: Parameters<typeof cells.cfc>[0]) => print(cells.cfc(options).equation);
  expect(text({ backboneLayers: 2, activation: 'silu', dropout: 0.1 })).toMatch(
    /^h = dropout\(silu\(backbone_u .*, 0\.1\)\nh1 = dropout\(silu\(backbone1_W @ h \+ backbone1_b\), 0\.1\)\n/,
  );
  expect(text({ mode: 'no_gate' })).toMatch(/x' = ff1 \+ gate \* ff2$/);
  expect(text({ mode: 'pure', backboneLayers: 0 })).toBe(
    "ff1 = ff1_u @ u + ff1_x @ x + ff1_b\nx' = A - A * exp(-dt * (abs(w_tau) + abs(ff1))) * ff1",
  );
});

test('wired-cfc is wired throughout, or as ncps between layers, in the heads only', () => {
  const wiredIn = (one: { readonly relations: Readonly<Record<string, string>> }) => Object.entries(one.relations);
  const throughout = wiredIn(cells['wired-cfc']());
  expect(throughout).toHaveLength(8);
  for (const [name, relation] of throughout)
    expect(relation).toBe(name.endsWith('_u') ? 'input->state' : 'state->state');
  expect(wiredIn(cells['wired-cfc']({ form: 'ncps', layers: 2 }))).toEqual([
    ['layer0_ff1_u', 'input->layer0'],
    ['layer0_ff2_u', 'input->layer0'],
    ['layer1_ff1_u', 'layer0->layer1'],
    ['layer1_ff2_u', 'layer0->layer1'],
  ]);
});

test.each([
  ['cfc: mode is "gated", but must be "default", "no_gate" or "pure"', () => cells.cfc({ mode: 'gated' as never })],
  [
    'activation is "sin", but must be "lecun_tanh", "silu", "relu", "tanh" or "gelu"',
    () => cells.cfc({ activation: 'sin' as never }),
  ],
  ['backboneLayers is -1, but', () => cells.cfc({ backboneLayers: -1 })],
  ['dropout is 1, but must be a number from 0 to below 1', () => cells.cfc({ dropout: 1 })],
  ['backboneLayers is 0: there is no backbone', () => cells.cfc({ backboneLayers: 0, backboneUnits: 4 })],
  ['cfc: backboneUnits is 0, but must be a whole number of at least 1', () => cells.cfc({ backboneUnits: 0 })],
  ['form is "dense", but must be', () => cells['wired-cfc']({ form: 'dense' as never })],
  ['only the form "ncps" goes by layers', () => cells['wired-cfc']({ layers: 2 })],
  ['layers is 0, but', () => cells['wired-cfc']({ form: 'ncps', layers: 0 })],
])('a CfC is refused with what is wrong: %s', (problem, make) => {
  expect(make).toThrow(problem);
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
