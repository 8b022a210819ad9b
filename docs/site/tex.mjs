/** What stands for a command without arguments, as MathML. */
const symbols = {
  ...names('i', {
    alpha: 'α',
    beta: 'β',
    delta: 'δ',
    epsilon: 'ϵ',
    varepsilon: 'ε',
    mu: 'μ',
    sigma: 'σ',
    tau: 'τ',
    varphi: 'φ',
    infty: '∞',
  }),
  ...names('i mathvariant="normal"', { Delta: 'Δ' }),
  ...names('i', { exp: 'exp', ln: 'ln', max: 'max', min: 'min', sup: 'sup', tanh: 'tanh' }),
  ...names('o', {
    le: '≤',
    ge: '≥',
    in: '∈',
    subseteq: '⊆',
    leftarrow: '←',
    sim: '∼',
    cdot: '⋅',
    times: '×',
    prime: '′',
    sum: '∑',
    prod: '∏',
    dots: '…',
    lVert: '‖',
    rVert: '‖',
  }),
  ...Object.fromEntries(
    Object.entries({ ',': 0.17, ';': 0.28, quad: 1, qquad: 2 }).map(([name, em]) => [
      name,
      `<mspace width="${em}em"></mspace>`,
    ]),
  ),
  _: '<mi>_</mi>',
};
function names(kind, table) {
  return Object.fromEntries(Object.entries(table).map(([name, sign]) => [name, `<m${kind}>${sign}</m${kind[0]}>`]));
}

// Chromium moves mathematics for the prefixed value only, others for the plain one.
const toTheRight = 'text-align: right; text-align: -webkit-right';

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const row = (inside) => `<mrow>${inside}</mrow>`;
const accent = (element, sign) => (inside) =>
  `<${element}>${inside}<mo stretchy="${sign !== '˙'}">${sign}</mo></${element}>`;
const upright = (text) => `<mi mathvariant="normal">${escaped(text.replaceAll('\\', ''))}</mi>`;

/** Commands of one argument that is mathematics, and of one that is letters. */
const ofMath = {
  sqrt: (inside) => `<msqrt>${inside}</msqrt>`,
  overline: accent('mover', '¯'),
  underline: accent('munder', '_'),
  dot: accent('mover', '˙'),
};
const ofLetters = {
  mathrm: upright,
  operatorname: upright,
  text: (text) => `<mtext>${escaped(text)}</mtext>`,
  // The calligraphic capitals of Unicode begin here, but for some that were there before.
  mathcal: (letter) => `<mi>${String.fromCodePoint(0x1d49c + letter.charCodeAt(0) - 65)}</mi>`,
};

/** MathML of a formula in LaTeX, as far as the guides use it. Throws an Error that names what it does not know. */
export function mathmlOfTex(tex, display) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const match = pattern.exec(tex);
    if (match !== null) at = pattern.lastIndex;
    return match?.[0];
  };
  const unknown = () =>
    new Error(`LaTeX: "${tex.slice(at, at + 20)}" of "${tex}" is not known; wanted what docs/site/tex.mjs lists`);

  /** A group in braces, or one sign. */
  const argument = () => {
    take(/\s*/y);
    if (take(/\{/y)) return row(sequence(/\}/y));
    const digit = take(/\d/y);
    return digit ? `<mn>${digit}</mn>` : atom();
  };
  const letters = () =>
    take(/\s*\{[^}]*\}/y)
      ?.trim()
      .slice(1, -1) ?? take(/\s*\w/y).trim();

  const atom = () => {
    const number = take(/\d+(?:\.\d+)?/y);
    if (number) return `<mn>${number}</mn>`;
    const letter = take(/[a-zA-Z∎]/y);
    if (letter) return `<mi>${letter}</mi>`;
    if (take(/\{/y)) return row(sequence(/\}/y));
    if (take(/\\left(?![a-z])/y)) {
      const [open] = take(/./y);
      const inside = sequence(/\\right(?![a-z])/y);
      return row(`<mo>${open}</mo>${inside}<mo>${take(/./y)}</mo>`);
    }
    const name = take(/\\(?:[a-zA-Z]+|.)/y)?.slice(1);
    if (name === undefined) {
      const sign = take(/[-+=()[\]|,.:/<>]/y);
      if (sign === undefined) throw unknown();
      return `<mo>${sign === '-' ? '−' : escaped(sign)}</mo>`;
    }
    if (name === 'begin') return aligned();
    if (name === 'frac' || name === 'tfrac') {
      const parts = argument() + argument();
      return name === 'frac'
        ? `<mfrac>${parts}</mfrac>`
        : `<mstyle displaystyle="false"><mfrac>${parts}</mfrac></mstyle>`;
    }
    if (Object.hasOwn(ofLetters, name)) return ofLetters[name](letters());
    if (Object.hasOwn(ofMath, name)) return ofMath[name](argument());
    if (Object.hasOwn(symbols, name)) return symbols[name];
    at -= name.length + 1;
    throw unknown();
  };

  /** Atoms with what is below and above them, up to an end, which is taken. */
  const sequence = (end) => {
    let all = '';
    for (take(/\s*/y); take(end) === undefined; take(/\s*/y)) {
      if (at >= tex.length) throw new Error(`LaTeX: "${tex}" ends before "${end.source}"`);
      const base = atom();
      const scripts = { _: undefined, '^': undefined };
      for (let mark = take(/\s*['_^]/y)?.trim(); mark !== undefined; mark = take(/\s*['_^]/y)?.trim()) {
        if (mark === "'") scripts['^'] = symbols.prime;
        else scripts[mark] = argument();
      }
      const { _: below, '^': above } = scripts;
      const isLarge = base === symbols.sum || base === symbols.prod || base === symbols.max || base === symbols.sup;
      const [under, over, both] = isLarge && display ? ['munder', 'mover', 'munderover'] : ['msub', 'msup', 'msubsup'];
      if (below && above) all += `<${both}>${base}${below}${above}</${both}>`;
      else if (below) all += `<${under}>${base}${below}</${under}>`;
      else if (above) all += `<${over}>${base}${above}</${over}>`;
      else all += base;
    }
    return all;
  };

  /** Lines that are aligned at their marks. */
  const aligned = () => {
    if (!take(/\{aligned\}/y)) throw unknown();
    const rows = [[]];
    for (;;) {
      const before = at;
      rows.at(-1).push(sequence(/&|\\\\|\\end\{aligned\}/y));
      const end = tex.slice(before, at).trimEnd();
      if (end.endsWith('{aligned}')) break;
      if (end.endsWith('\\\\')) rows.push([]);
    }
    const cells = (parts) =>
      parts
        .map((part, k) => `<mtd style="${k % 2 === 0 ? toTheRight : 'text-align: left'}">${row(part)}</mtd>`)
        .join('');
    return `<mtable displaystyle="true">${rows.map((parts) => `<mtr>${cells(parts)}</mtr>`).join('')}</mtable>`;
  };

  const inside = sequence(/$/y);
  return `<math xmlns="http://www.w3.org/1998/Math/MathML"${display ? ' display="block"' : ''}>${inside}</math>`;
}
