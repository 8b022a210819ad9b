import type { Equation, Left, Tree } from './tree.ts';

/** How one notation writes each construct; `typeset` decides where brackets, fractions and indices go. */
export interface Typesetter {
  /** A variable: one letter or a Greek name is slanted, a longer word upright. */
  word(name: string): string;
  /** A name that is not a variable: the d of a derivative, Δ, a reduction. */
  upright(name: string): string;
  function(name: string): string;
  number(digits: string): string;
  operator(sign: '+' | '-' | '=' | ',' | '×' | '·'): string;
  /** A minus before its only operand. */
  readonly minus: string;
  /** What stands between two factors written side by side. */
  readonly times: string;
  /** What stands between a function and its argument. */
  readonly apply: string;
  row(parts: readonly string[]): string;
  fence(inside: string, kind: '(' | '|'): string;
  fraction(top: string, bottom: string): string;
  root(inside: string): string;
  script(base: string, sub: string | undefined, sup: string | undefined): string;
  /** A big operator with its index below: sum or max; softmax too. */
  over(name: string, index: string): string;
  readonly prime: string;
  /** Equations aligned at their `=`. */
  lines(lines: readonly (readonly [left: string, right: string])[]): string;
}

const product = 2;
const atom = 4;
const levels = { '+': 1, '-': 1, '*': product, '@': product, '/': 3, '^': 3 } as const;

const isShort = (value: number): boolean => !String(value).includes('e');

/** How tightly the typeset form binds: a fraction needs no brackets but under a power; a minus or a reduction binds like a product. */
const level = (tree: Tree): number => {
  if (tree.kind === 'binary') return levels[tree.operator];
  if (tree.kind === 'number') return isShort(tree.value) ? atom : product;
  return tree.kind === 'negate' || tree.kind === 'reduce' ? product : atom;
};

type Binary = Extract<Tree, { kind: 'binary' }>;
type Product = Binary & { readonly operator: '*' | '@' };

const isProduct = (tree: Tree): tree is Product =>
  tree.kind === 'binary' && (tree.operator === '*' || tree.operator === '@');

const startsWithMinus = (tree: Tree): boolean =>
  tree.kind === 'negate' || (isProduct(tree) && startsWithMinus(tree.left));

/** Whether what follows would be read as part of a sum over an index. */
const endsInReduction = (tree: Tree): boolean => {
  if (tree.kind === 'negate') return endsInReduction(tree.of);
  return tree.kind === 'reduce' ? tree.reduce === 'sum' : isProduct(tree) && endsInReduction(tree.right);
};

const startsWithDigit = (tree: Tree): boolean => {
  if (tree.kind === 'number') return true;
  if (isProduct(tree)) return startsWithDigit(tree.left);
  return tree.kind === 'binary' && tree.operator === '^' && tree.left.kind === 'number';
};

const write = (set: Typesetter): { tree(tree: Tree): string; left(left: Left): string } => {
  const indexList = (indices: readonly string[]): string => {
    const separator = indices.every((index) => index.length === 1) ? [] : [set.operator(',')];
    return set.row(indices.flatMap((index, k) => (k ? [...separator, set.word(index)] : [set.word(index)])));
  };

  const variable = (name: string, primed: boolean, indices: readonly string[] | undefined): string => {
    if (name === 'dt') return set.row([set.upright('Δ'), set.word('t')]);
    const [, stem, tail] = /^([A-Za-z]|[a-z]+)_(\w+)$/.exec(name) ?? /^([A-Za-z])(\d+)$/.exec(name) ?? [];
    const isStem = stem !== undefined && (stem.length === 1 || Object.hasOwn(greek, stem));
    const below = isStem && (/^\d+$/.test(tail!) ? set.number(tail!) : set.word(tail!));
    const subs = [...(below ? [below] : []), ...(indices ? [indexList(indices)] : [])];
    const sub = subs.length > 1 ? set.row([subs[0]!, set.operator(','), subs[1]!]) : subs[0];
    const base = set.word(isStem ? stem : name);
    return sub !== undefined || primed ? set.script(base, sub, primed ? set.prime : undefined) : base;
  };

  const number = (value: number): string => {
    const [digits, exponent] = String(value).split('e');
    if (exponent === undefined) return set.number(digits!);
    const power = Number(exponent);
    const raised = set.script(
      set.number('10'),
      undefined,
      power < 0 ? set.row([set.minus, set.number(String(-power))]) : set.number(String(power)),
    );
    return digits === '1' ? raised : set.row([set.number(digits!), set.operator('×'), raised]);
  };

  const bracketed = (inside: Tree, brackets: boolean): string =>
    brackets ? set.fence(tree(inside), '(') : tree(inside);

  const call = (name: string, args: readonly Tree[]): string => {
    if (name === 'sqrt') return set.root(tree(args[0]!));
    if (name === 'abs') return set.fence(tree(args[0]!), '|');
    const list = args.flatMap((arg, k) => (k ? [set.operator(','), tree(arg)] : [tree(arg)]));
    return set.row([set.function(name), set.apply, set.fence(set.row(list), '(')]);
  };

  const binary = (whole: Binary): string => {
    const { operator, left, right } = whole;
    if (operator === '/') return set.fraction(tree(left), tree(right));
    if (operator === '^') return set.script(bracketed(left, level(left) < atom), undefined, tree(right));
    if (operator === '+' || operator === '-') {
      const second = bracketed(right, level(right) < product || startsWithMinus(right));
      return set.row([tree(left), set.operator(operator), second]);
    }
    const mixed = (side: Tree): boolean => isProduct(side) && operator === '@' && side.operator === '*';
    const first = bracketed(left, level(left) < product || mixed(left) || endsInReduction(left));
    const second = bracketed(right, level(right) < product || mixed(right) || startsWithMinus(right));
    return set.row([first, startsWithDigit(right) ? set.operator('·') : set.times, second]);
  };

  const tree = (whole: Tree): string => {
    switch (whole.kind) {
      case 'number':
        return number(whole.value);
      case 'name':
        return variable(whole.name, whole.primed, whole.indices);
      case 'call':
        return call(whole.name, whole.args);
      case 'negate':
        return set.row([set.minus, bracketed(whole.of, level(whole.of) < product || startsWithMinus(whole.of))]);
      case 'reduce': {
        const isSum = whole.reduce === 'sum';
        const open = level(whole.body) < product || startsWithMinus(whole.body);
        return set.row([
          set.over(whole.reduce, set.word(whole.index)),
          isSum ? set.times : set.apply,
          bracketed(whole.body, !isSum || open),
        ]);
      }
      case 'binary':
        return binary(whole);
    }
  };

  const left = ({ kind, name, indices }: Left): string => {
    const written = variable(name, kind === 'jump', indices);
    if (kind !== 'flow') return written;
    return set.fraction(set.row([set.upright('d'), written]), set.row([set.upright('d'), set.word('t')]));
  };

  return { tree, left };
};

/** Greek letters by the names that an equation gives them. */
export const greek: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ϵ',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  upsilon: 'υ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Xi: 'Ξ',
  Pi: 'Π',
  Sigma: 'Σ',
  Upsilon: 'Υ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
};

/** An equation in the notation of a typesetter. */
export const typeset = (equation: Equation, set: Typesetter): string => {
  const written = write(set);
  return set.lines(equation.lines.map(({ left, right }) => [written.left(left), written.tree(right)] as const));
};
