import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyEquation } from '../../test/random-trees.ts';
import { latex } from './latex.ts';
import { mathml } from './mathml.ts';
import { parse } from './parse.ts';

const rows = (text: string): string[] => latex(parse(text, 'cell')).split('\n').slice(1, -1);
const right = (text: string): string => rows(`f = ${text}`)[0]!.replace('f &= ', '');

test('E26 an equation is typeset with its lines aligned at =', () => {
  expect(latex(parse('f = sigmoid(W @ u + b)\ndx/dt = -(1/tau + f) * x + f * A', 'cell'))).toBe(
    [
      '\\begin{aligned}',
      'f &= \\operatorname{sigmoid}\\left(W\\,u + b\\right) \\\\',
      '\\frac{\\mathrm{d}x}{\\mathrm{d}t} &= -\\left(\\frac{1}{\\tau} + f\\right)\\,x + f\\,A',
      '\\end{aligned}',
    ].join('\n'),
  );
});

test('E26 indices stand below, a jump has a prime, and dt is Δt', () => {
  expect(rows("x'[j, m] = exp(-dt / tau[m]) * x[j, m]^2")).toEqual([
    'x_{jm}^{\\prime} &= \\exp\\left(\\frac{-\\Delta t}{\\tau_{m}}\\right)\\,{x_{jm}}^{2}',
  ]);
  expect(rows('dc[from, to]/dt = 0')).toEqual([
    '\\frac{\\mathrm{d}c_{\\mathrm{from}, \\mathrm{to}}}{\\mathrm{d}t} &= 0',
  ]);
});

test.each([
  ['sensory_w[k, j]', '\\mathrm{sensory\\_w}_{kj}'],
  ['W_in @ u', 'W_{\\mathrm{in}}\\,u'],
  ['tau_in[j]', '\\tau_{\\mathrm{in}, j}'],
  ['V @ x12', 'V\\,x_{12}'],
  ['h1[j]', 'h_{1, j}'],
  ['gleak * 2', '\\mathrm{gleak} \\cdot 2'],
  ['2 * x', '2\\,x'],
  ['1e-8 * x', '10^{-8}\\,x'],
  ['2.5e30', '2.5 \\times 10^{30}'],
  ['1e-8^2', '{\\left(10^{-8}\\right)}^{2}'],
  ['a - (b - c)', 'a - \\left(b - c\\right)'],
  ['a + (b - c)', 'a + \\left(b - c\\right)'],
  ['a - -b * c', 'a - \\left(-b\\,c\\right)'],
  ['a * -b', 'a\\,\\left(-b\\right)'],
  ['a / (b * c)', '\\frac{a}{b\\,c}'],
  ['(a / b)^2', '{\\left(\\frac{a}{b}\\right)}^{2}'],
  ['(-a)^2', '{\\left(-a\\right)}^{2}'],
  ['-a^2', '-a^{2}'],
  ['(a + b) @ c', '\\left(a + b\\right)\\,c'],
  ['(a * b) @ c', '\\left(a\\,b\\right)\\,c'],
  ['c * sum[i](a[i] * b[i])', 'c\\,\\sum_{i}\\,a_{i}\\,b_{i}'],
  ['sum[i](a[i]) * c', '\\left(\\sum_{i}\\,a_{i}\\right)\\,c'],
  ['c * sum[i](a[i]) * d', '\\left(c\\,\\sum_{i}\\,a_{i}\\right)\\,d'],
  ['sum[i](a[i] - b[i])', '\\sum_{i}\\,\\left(a_{i} - b_{i}\\right)'],
  ['max[i](a[i])', '\\max_{i}\\left(a_{i}\\right)'],
  ['softmax[m](a[m])', '\\operatorname{softmax}_{m}\\left(a_{m}\\right)'],
  ['max(a, sqrt(b))', '\\max\\left(a, \\sqrt{b}\\right)'],
  ['abs(phi(z))', '\\left|\\varphi\\left(z\\right)\\right|'],
  ['lecun_tanh(z)', '\\operatorname{lecun\\_tanh}\\left(z\\right)'],
])('E26 %s is typeset as mathematics', (text, wanted) => {
  expect(right(text)).toBe(wanted);
});

test('E26 MathML is one display block of elements that browsers know', () => {
  const text = mathml(parse('dx[j]/dt = sum[i](w[i, j] * x[i]) / cm[j]', 'cell'));
  expect(text).toMatch(/^<math xmlns="[^"]+" display="block">.*<\/math>$/);
  expect(text).toContain('<munder><mo movablelimits="false">∑</mo><mi>i</mi></munder>');
  expect(text).toContain('<msub><mi>w</mi><mrow><mi>i</mi><mi>j</mi></mrow></msub>');
});

/** Checks that elements close in order and have the number of children that MathML wants. */
const checkElements = (text: string): void => {
  const children = { mfrac: 2, msub: 2, msup: 2, munder: 2, msubsup: 3 } as Readonly<Record<string, number>>;
  const open: { name: string; count: number }[] = [{ name: 'document', count: 0 }];
  for (const [tag, slash, name] of text.matchAll(/<(\/?)([a-z]+)[^>]*>/g)) {
    if (!slash) {
      open.at(-1)!.count++;
      open.push({ name: name!, count: 0 });
      continue;
    }
    const { name: opened, count } = open.pop()!;
    if (opened !== name) throw new Error(`${tag} closes ${opened}`);
    if (name in children && count !== children[name]) throw new Error(`${name} has ${count} children`);
  }
  expect(open).toEqual([{ name: 'document', count: 1 }]);
};

test('E26 any equation gives balanced LaTeX and well-formed MathML', () => {
  const property = fc.property(anyEquation, (equation) => {
    const text = latex(equation);
    expect(text).not.toMatch(/undefined|NaN|\*/);
    expect(text.match(/\\left/g)?.length).toBe(text.match(/\\right/g)?.length);
    expect(text.match(/\{/g)!.length).toBe(text.match(/\}/g)!.length);
    checkElements(mathml(equation));
  });
  fc.assert(property, { seed: 4, numRuns: 1000 });
});
