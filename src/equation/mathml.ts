import type { Equation } from './tree.ts';
import { greek, type Typesetter, typeset } from './typeset.ts';

const identifier = (text: string): string => `<mi>${text}</mi>`;
// Chromium moves mathematics to the right for the prefixed value only, others for the plain one.
const side = { left: 'text-align: left', right: 'text-align: right; text-align: -webkit-right' } as const;
const cell = (to: keyof typeof side, inside: string): string =>
  `<mtd style="${side[to]}; padding: 0.35em 0.1em">${inside}</mtd>`;

const notation: Typesetter = {
  word: (name) => identifier(Object.hasOwn(greek, name) ? greek[name]! : name),
  upright: (name) => `<mi mathvariant="normal">${name}</mi>`,
  function: (name) => identifier(name === 'phi' ? 'φ' : name),
  number: (digits) => `<mn>${digits}</mn>`,
  operator: (sign) => (sign === ',' ? '<mo separator="true">,</mo>' : `<mo>${sign === '-' ? '−' : sign}</mo>`),
  minus: '<mo form="prefix">−</mo>',
  times: '<mo>\u2062</mo><mspace width="0.17em"></mspace>',
  apply: '<mo>\u2061</mo>',
  row: (parts) => `<mrow>${parts.join('')}</mrow>`,
  fence: (inside, kind) =>
    kind === '('
      ? `<mrow><mo>(</mo>${inside}<mo>)</mo></mrow>`
      : `<mrow><mo fence="true" form="prefix">|</mo>${inside}<mo fence="true" form="postfix">|</mo></mrow>`,
  fraction: (top, bottom) => `<mfrac>${top}${bottom}</mfrac>`,
  root: (inside) => `<msqrt>${inside}</msqrt>`,
  script: (base, sub, sup) => {
    if (sub === undefined) return `<msup>${base}${sup}</msup>`;
    return sup === undefined ? `<msub>${base}${sub}</msub>` : `<msubsup>${base}${sub}${sup}</msubsup>`;
  },
  over: (name, index) =>
    name === 'sum'
      ? `<munder><mo movablelimits="false">∑</mo>${index}</munder>`
      : `<munder><mi>${name}</mi>${index}</munder>`,
  prime: '<mo>′</mo>',
  lines: (lines) => {
    const rows = lines.map(
      ([left, right]) =>
        `<mtr>${cell('right', left)}${cell('left', `<mrow><mo form="infix">=</mo>${right}</mrow>`)}</mtr>`,
    );
    return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtable displaystyle="true">${rows.join('')}</mtable></math>`;
  },
};

/** MathML Core of a whole equation as a display block, which a browser shows without a library. */
export const mathml = (equation: Equation): string => typeset(equation, notation);
