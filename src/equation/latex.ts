import { functions, isFunction } from './functions.ts';
import type { Equation } from './tree.ts';
import { greek, type Typesetter, typeset } from './typeset.ts';

const escaped = (name: string): string => name.replaceAll('_', '\\_');
const signs = { '+': ' + ', '-': ' - ', '=': ' = ', ',': ', ', '×': ' \\times ', '·': ' \\cdot ' } as const;
/** What takes an index or a power without braces around it. */
const isPlain = (base: string): boolean => /^(\\[A-Za-z]+(\{[^{}]*\})?|[A-Za-z0-9.]+)$/.test(base);
const big: Readonly<Record<string, string>> = { sum: '\\sum', max: '\\max' };

const notation: Typesetter = {
  word: (name) => {
    if (Object.hasOwn(greek, name)) return `\\${name}`;
    return name.length === 1 ? escaped(name) : `\\mathrm{${escaped(name)}}`;
  },
  upright: (name) => (name === 'Δ' ? '\\Delta ' : `\\mathrm{${name}}`),
  function: (name) => (isFunction(name) ? functions[name].latex : `\\operatorname{${escaped(name)}}`),
  number: (digits) => digits,
  operator: (sign) => signs[sign],
  minus: '-',
  times: '\\,',
  apply: '',
  row: (parts) => parts.join(''),
  fence: (inside, kind) => (kind === '(' ? `\\left(${inside}\\right)` : `\\left|${inside}\\right|`),
  fraction: (top, bottom) => `\\frac{${top}}{${bottom}}`,
  root: (inside) => `\\sqrt{${inside}}`,
  script: (base, sub, sup) =>
    `${isPlain(base) ? base : `{${base}}`}${sub === undefined ? '' : `_{${sub}}`}${sup === undefined ? '' : `^{${sup}}`}`,
  over: (name, index) => `${big[name] ?? `\\operatorname{${name}}`}_{${index}}`,
  prime: '\\prime',
  lines: (lines) =>
    `\\begin{aligned}\n${lines.map(([left, right]) => `${left} &= ${right}`).join(' \\\\\n')}\n\\end{aligned}`,
};

/** LaTeX of a whole equation, its lines aligned at `=`; for use inside math mode. */
export const latex = (equation: Equation): string => typeset(equation, notation);
