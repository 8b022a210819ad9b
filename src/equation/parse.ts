import { EquationError, type Fail } from './error.ts';
import { isReduction } from './functions.ts';
import { scan, type Token } from './scan.ts';
import type { Equation, Left, Line, Span, Tree } from './tree.ts';

/** The deepest tree that parses: far beyond any equation, and safe for whoever walks a tree by recursion. */
export const deepest = 256;

/** Left-associative operators, loosest first. */
const chains = [['+', '-'], ['*', '/'], ['@']] as const;

/** The tree of an equation's text (grammar: docs/equations.md). Throws EquationError and nothing else; `name` is the cell's. */
export const parse = (source: string, name: string): Equation => {
  const fail: Fail = (problem, at) => {
    throw new EquationError(name, problem, source, at);
  };
  const tokens = scan(source, fail);
  const heights = new Map<Tree, number>();
  let next = 0;
  let nesting = 0;

  const peek = (): Token => tokens[next]!;
  const take = (): Token => tokens[next++]!;
  const is = (text: string): boolean => peek().kind === 'symbol' && peek().text === text;
  const ends = (): boolean => peek().kind === 'newline' || peek().kind === 'end';
  const found = (): string => (ends() ? 'the end of the line' : `"${peek().text}"`);
  const since = (start: number): Span => ({ start, end: tokens[next - 1]!.at.end });
  const tooDeep = (at: Span): never =>
    fail(`this is nested more than ${deepest} deep: give a part of it a line of its own`, at);

  const built = (tree: Tree, ...inside: readonly Tree[]): Tree => {
    const height = 1 + Math.max(0, ...inside.map((part) => heights.get(part)!));
    if (height > deepest) tooDeep(tree.at);
    heights.set(tree, height);
    return tree;
  };

  const close = (open: Token, text: ')' | ']'): void => {
    if (is(text)) {
      take();
      return;
    }
    // A bracket left open swallows the lines below it: then the fault is where it opens, not where it shows.
    const ranOn = ends() || is('=') || source.slice(tokens[next - 1]!.at.end, peek().at.start).includes('\n');
    if (ranOn) fail(`this "${open.text}" is never closed`, open.at);
    fail(`wanted an operator, "," or "${text}", found ${found()}`, peek().at);
  };

  const word = (what: string): string => {
    if (peek().kind !== 'name') fail(`wanted ${what}, found ${found()}`, peek().at);
    return take().text;
  };

  const indices = (): { indices?: readonly string[] } => {
    if (!is('[')) return {};
    const open = take();
    const list = [word('the name of an index')];
    while (is(',')) {
      take();
      list.push(word('the name of an index'));
    }
    close(open, ']');
    return { indices: list };
  };

  const reduction = (reduce: 'sum' | 'max' | 'softmax', start: number): Tree => {
    const open = take();
    const index = word('the name of an index');
    if (is(',')) fail(`${reduce} runs over one index: write ${reduce}[${index}](${reduce}[…](…))`, peek().at);
    close(open, ']');
    if (!is('(')) fail(`wanted "(" after ${reduce}[${index}], found ${found()}`, peek().at);
    const bracket = take();
    const body = chain(0);
    close(bracket, ')');
    return built({ kind: 'reduce', reduce, index, body, at: since(start) }, body);
  };

  const call = (name: string, start: number): Tree => {
    const open = take();
    const args = [chain(0)];
    while (is(',')) {
      take();
      args.push(chain(0));
    }
    close(open, ')');
    return built({ kind: 'call', name, args, at: since(start) }, ...args);
  };

  const primary = (): Tree => {
    const { kind, text, at } = peek();
    if (kind === 'number') {
      take();
      return built({ kind: 'number', value: Number(text), at });
    }
    if (kind === 'name') {
      take();
      if (isReduction(text) && is('[')) return reduction(text, at.start);
      if (is('(')) return call(text, at.start);
      const primed = is("'");
      if (primed) take();
      const carried = indices();
      return built({ kind: 'name', name: text, primed, ...carried, at: since(at.start) });
    }
    if (!is('(')) fail(`wanted a number, a name or "(", found ${found()}`, at);
    const open = take();
    const inside = chain(0);
    close(open, ')');
    return inside;
  };

  const power = (): Tree => {
    const start = peek().at.start;
    const left = primary();
    if (!is('^')) return left;
    take();
    const right = unary();
    return built({ kind: 'binary', operator: '^', left, right, at: since(start) }, left, right);
  };

  // Every way to nest, brackets included, passes here: so here the depth is counted.
  const unary = (): Tree => {
    const start = peek().at.start;
    if (++nesting > deepest) tooDeep(peek().at);
    let tree: Tree;
    if (is('-')) {
      take();
      const of = unary();
      tree = built({ kind: 'negate', of, at: since(start) }, of);
    } else tree = power();
    nesting--;
    return tree;
  };

  const chain = (level: 0 | 1 | 2 | 3): Tree => {
    if (level === 3) return unary();
    const start = peek().at.start;
    let left = chain((level + 1) as 1 | 2 | 3);
    for (;;) {
      const operator = chains[level].find(is);
      if (!operator) return left;
      take();
      const right = chain((level + 1) as 1 | 2 | 3);
      left = built({ kind: 'binary', operator, left, right, at: since(start) }, left, right);
    }
  };

  const leftSide = (): Left => {
    const start = peek().at.start;
    if (peek().kind !== 'name') fail(`a line starts with dx/dt, x' or a new name, found ${found()}`, peek().at);
    const { text } = take();
    if (text === 'd' && peek().kind === 'name') {
      const state = take().text;
      fail(`a flow is written in one word: d${state}/dt`, since(start));
    }
    const primed = is("'");
    if (primed) take();
    const carried = indices();
    if (!is('/')) return { kind: primed ? 'jump' : 'definition', name: text, ...carried, at: since(start) };
    take();
    const isFlow = !primed && text.length > 1 && text.startsWith('d') && peek().kind === 'name' && peek().text === 'dt';
    if (!isFlow) fail(`a left side is dx/dt (x a state), x' or a new name`, { start, end: peek().at.end });
    take();
    if (is('[')) fail(`indices stand at the state: ${text}[…]/dt`, peek().at);
    return { kind: 'flow', name: text.slice(1), ...carried, at: since(start) };
  };

  const line = (): Line => {
    const left = leftSide();
    if (!is('=')) fail(`wanted "=" after the left side, found ${found()}`, peek().at);
    take();
    if (ends()) fail('nothing stands right of "="', tokens[next - 1]!.at);
    const right = chain(0);
    if (is('=')) fail('a line has one "="', peek().at);
    if (is(')') || is(']')) fail(`this "${peek().text}" closes nothing`, peek().at);
    if (!ends()) fail(`wanted an operator or the end of the line, found ${found()}`, peek().at);
    return { left, right, at: since(left.at.start) };
  };

  const lines: Line[] = [];
  while (peek().kind !== 'end') {
    if (peek().kind === 'newline') take();
    else lines.push(line());
  }
  if (lines.length === 0) fail('the equation is empty; wanted at least one line, such as dx/dt = -x');
  return { source, lines };
};
