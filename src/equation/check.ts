import { indexAxes, orderedAxes, type Scope } from './axes.ts';
import { EquationError, type Fail } from './error.ts';
import { functions, isFunction, isReduction, reductions, reserved } from './functions.ts';
import { nearest } from './nearest.ts';
import { type Axis, type Equation, type Line, parts, type Tree } from './tree.ts';
import { wires } from './wired.ts';

/** What an equation is about: its parsed text and everything that its names stand for. */
export interface Definition {
  /** The cell's name, for messages. */
  readonly name: string;
  readonly equation: Equation;
  readonly states: Readonly<Record<string, readonly Axis[]>>;
  /** The cell's own axes with their sizes. */
  readonly axes: Readonly<Record<string, number>>;
  readonly params: Readonly<
    Record<string, { readonly kind: 'parameter' | 'constant'; readonly axes: readonly Axis[]; readonly wired: boolean }>
  >;
}

/** What the check learns about an equation, for whoever works on its trees. */
export interface Checked {
  /** The axes of every definition, `y` included, in the order of its left indices or as derived. */
  readonly axes: Readonly<Record<string, readonly Axis[]>>;
  /** The axis of every index of each indexed line; an un-indexed line is absent. */
  readonly indices: ReadonlyMap<Line, ReadonlyMap<string, Axis>>;
  /** Which axis of each wired parameter is the source of its synapses: 0 the first, 1 the last. */
  readonly sources: Readonly<Record<string, 0 | 1>>;
  /** The definitions, in order. */
  readonly definitions: readonly Line[];
  /** Jumps above the flow (all of them, if there is no flow), flows, and jumps below the flow. */
  readonly before: readonly Line[];
  readonly flow: readonly Line[];
  readonly after: readonly Line[];
  /** The line `y = …`, as written or by default `y = motor(x)`. */
  readonly output: Line;
  readonly usesTime: boolean;
  /** Whether it reads `seen`, and so has a use for inputs that are missing. */
  readonly usesSeen: boolean;
}

const nowhere = { start: 0, end: 0 };
const motorOfX: Line = {
  left: { kind: 'definition', name: 'y', at: nowhere },
  right: {
    kind: 'call',
    name: 'motor',
    args: [{ kind: 'name', name: 'x', primed: false, at: nowhere }],
    at: nowhere,
  },
  at: nowhere,
};

const fromWiring = /^(input|state|motor|layer\d+)$/;

/** Every tree inside a tree, itself included, in the order they are written. */
const walk = function* (tree: Tree): Generator<Tree> {
  yield tree;
  for (const part of parts(tree)) yield* walk(part);
};

const checkDeclarations = ({ states, axes, params }: Definition, fail: Fail): void => {
  for (const axis of Object.keys(axes)) {
    if (fromWiring.test(axis)) fail(`the axis "${axis}" is sized by the wiring: give the cell's own another name`);
  }
  const known = (axis: Axis, owner: string): void => {
    if (fromWiring.test(axis) || Object.hasOwn(axes, axis)) return;
    const wanted = 'input, state, motor, layer0 … or an axis of the cell';
    fail(`"${owner}" has the axis "${axis}", which is not ${wanted}${nearest(axis, Object.keys(axes))}`);
  };
  for (const [name, own] of [
    ...Object.entries(states),
    ...Object.entries(params).map(([k, p]) => [k, p.axes] as const),
  ]) {
    const why = name === 'y' ? 'the output' : reserved(name);
    if (why) fail(`"${name}" is ${why}: give the ${Object.hasOwn(states, name) ? 'state' : 'parameter'} another name`);
    for (const axis of own) known(axis, name);
  }
  for (const [name, { axes: own, wired }] of Object.entries(params)) {
    if (Object.hasOwn(states, name)) fail(`"${name}" is declared as a state and as a parameter`);
    if (wired && own.length !== 2) fail(`"${name}" is wired, so it wants two axes; it has ${own.length}`);
  }
};

/** Checks a definition by the rules of docs/equations.md; throws EquationError on the first fault. */
export const check = (definition: Definition): Checked => {
  const { name: cell, equation, states, params } = definition;
  const fail: Fail = (problem, at) => {
    throw new EquationError(cell, problem, equation.source, at);
  };
  checkDeclarations(definition, fail);

  const lines = equation.lines;
  const isFlow = ({ left }: Line): boolean => left.kind === 'flow';
  const firstFlow = lines.findIndex(isFlow);
  const lastFlow = lines.findLastIndex(isFlow);
  const defining = new Map<string, number>();
  for (const [k, { left }] of lines.entries()) {
    if (left.kind === 'definition' && !defining.has(left.name)) defining.set(left.name, k);
  }

  const lineAxes = new Map<string, readonly Axis[]>();
  const indices = new Map<Line, ReadonlyMap<string, Axis>>();
  const read = new Set<string>();
  const withDt = new Set<string>();
  const dynamics = new Set<string>();
  const jumped = new Set<string>();
  const wired = new Map(Object.entries(params).flatMap(([name, p]) => (p.wired ? [[name, p.axes] as const] : [])));
  const synapses = wires(wired, fail);

  const what = (name: string): string | undefined => {
    if (Object.hasOwn(states, name)) return 'a state';
    if (Object.hasOwn(params, name)) return `a ${params[name]!.kind}`;
    return defining.has(name) ? 'a line' : reserved(name);
  };

  const scope: Scope = {
    fail,
    declared: what,
    axesOf: (name) => {
      if (name === 'u' || name === 'seen') return ['input'];
      if (name === 't' || name === 'dt') return [];
      if (Object.hasOwn(states, name)) return states[name]!;
      return Object.hasOwn(params, name) ? params[name]!.axes : lineAxes.get(name)!;
    },
  };

  const checkName = (tree: Extract<Tree, { kind: 'name' }>, line: number): void => {
    const { name, primed, at } = tree;
    read.add(name);
    if (primed && !Object.hasOwn(states, name))
      fail(`"${name}" is not a state: only a state has a new value ${name}'`, at);
    if (primed && !jumped.has(name)) fail(`${name}' is read before the line ${name}' = … that makes it`, at);
    if (primed || Object.hasOwn(states, name) || Object.hasOwn(params, name) || lineAxes.has(name)) return;
    if (name === 'u' || name === 'seen' || name === 't' || name === 'dt') return;
    const why = reserved(name);
    if (why) fail(`"${name}" is ${why} and stands with brackets: ${name}(…)`, at);
    const later = defining.get(name);
    if (later === undefined) {
      const names = [...Object.keys(params), 'u', ...Object.keys(states), ...lineAxes.keys()];
      const wanted = `"${name}" is neither a parameter, an input, a state nor an earlier line`;
      fail(wanted + nearest(name, names), at);
    }
    if (later === line) fail(`"${name}" is defined by itself`, at);
    const cycle = cycleThrough(line, later!);
    if (cycle) fail(`a cycle: ${cycle.join(' uses ')}`, at);
    fail(`"${name}" is used above the line that defines it`, at);
  };

  /** The names on the way from a line through a later one back to itself. */
  const cycleThrough = (start: number, through: number): readonly string[] | undefined => {
    const seen = new Set<number>();
    const search = (line: number): readonly string[] | undefined => {
      if (seen.has(line)) return undefined;
      seen.add(line);
      for (const tree of walk(lines[line]!.right)) {
        const next = tree.kind === 'name' && !tree.primed ? defining.get(tree.name) : undefined;
        const rest = next === start ? [lines[start]!.left.name] : next !== undefined && search(next);
        if (rest) return [lines[line]!.left.name, ...rest];
      }
      return undefined;
    };
    const rest = lines[start]!.left.kind === 'definition' ? search(through) : undefined;
    return rest && [lines[start]!.left.name, ...rest];
  };

  const checkCall = ({ name, args, at }: Extract<Tree, { kind: 'call' }>): void => {
    if (isReduction(name) && !isFunction(name)) fail(`${name} wants an index: ${name}[i](…)`, at);
    if (name !== 'motor' && !isFunction(name)) {
      const names = [...Object.keys(functions), ...reductions, 'motor'];
      const instead = what(name) ? `; a product is written ${name} * (…)` : nearest(name, names);
      fail(`"${name}" is not a function${instead}`, at);
    }
    const arity = name === 'motor' ? 1 : functions[name].arity;
    if (args.length !== arity)
      fail(`${name} wants ${arity === 1 ? 'one argument' : 'two arguments'}, not ${args.length}`, at);
    const rate = args[1];
    if (name === 'dropout' && !(rate?.kind === 'number' && rate.value < 1))
      fail('dropout wants a rate as its second argument, a number from 0 to below 1', rate?.at ?? at);
  };

  const checkLeft = ({ left }: Line, k: number): void => {
    const { kind, name, at } = left;
    if (kind === 'definition') {
      const why = reserved(name);
      if (why) fail(`"${name}" is ${why}: give the line another name`, at);
      const taken = Object.hasOwn(states, name) || Object.hasOwn(params, name);
      if (taken && Object.hasOwn(states, name)) fail(`"${name}" is a state: write d${name}/dt = … or ${name}' = …`, at);
      if (taken || lineAxes.has(name)) fail(`"${name}" is ${taken ? what(name) : 'defined'} already`, at);
      return;
    }
    if (!Object.hasOwn(states, name)) {
      const given = what(name);
      fail(`"${name}" is ${given ? `${given}, not a state` : `not a state${nearest(name, Object.keys(states))}`}`, at);
    }
    const side = kind === 'flow' ? 'flow' : k < firstFlow || firstFlow < 0 ? 'above' : 'below';
    if (kind === 'jump' && k > firstFlow && k < lastFlow) fail('a jump stands above all flows or below them all', at);
    const where = side === 'flow' || firstFlow < 0 ? '' : ` ${side} the flow`;
    if (dynamics.has(`${name} ${side}`)) fail(`"${name}" has a ${kind}${where} already`, at);
    dynamics.add(`${name} ${side}`);
  };

  const checkDt = (line: Line): void => {
    for (const tree of walk(line.right)) {
      if (tree.kind !== 'name' || tree.primed || !(tree.name === 'dt' || withDt.has(tree.name))) continue;
      if (isFlow(line)) {
        const via = tree.name === 'dt' ? '' : `"${tree.name}" uses dt: `;
        fail(`${via}in a flow there is no dt, the solver chooses its steps`, tree.at);
      }
      withDt.add(line.left.kind === 'definition' ? line.left.name : 'dt');
    }
  };

  const checkLine = (line: Line, k: number): void => {
    const { left, right } = line;
    checkLeft(line, k);
    for (const tree of walk(right)) {
      if (tree.kind === 'name') checkName(tree, k);
      if (tree.kind === 'call') checkCall(tree);
    }
    const fixed = left.kind === 'definition' ? undefined : states[left.name]!;
    if (left.indices) {
      const found = indexAxes(line, fixed, scope);
      indices.set(line, found);
      if (!fixed)
        lineAxes.set(
          left.name,
          left.indices.map((index) => found.get(index)!),
        );
    } else {
      const axes = orderedAxes(right, scope);
      if (fixed && axes.length > 0 && axes.join() !== fixed.join()) {
        const given = `the right side has (${axes.join(', ')})`;
        fail(`"${left.name}" has ${fixed.length ? `axes (${fixed.join(', ')})` : 'no axes'}, ${given}`, right.at);
      }
      if (!fixed) lineAxes.set(left.name, axes);
    }
    synapses.follow(line, indices.get(line));
    checkDt(line);
    if (left.kind === 'jump') jumped.add(left.name);
  };

  for (const [k, line] of lines.entries()) checkLine(line, k);

  for (const [state, axes] of Object.entries(states)) {
    const has = ['flow', 'above', 'below'].some((side) => dynamics.has(`${state} ${side}`));
    const shown = axes.length ? `[${axes.join(', ')}]` : '';
    if (!has) fail(`the state "${state}"${shown} has no dynamics: neither d${state}/dt = … nor ${state}' = …`);
  }
  let output = lines.find(({ left }) => left.kind === 'definition' && left.name === 'y');
  if (!output) {
    if (states.x?.[0] !== 'state')
      fail('there is no line y = …, and its default motor(x) wants a state "x" over state');
    output = motorOfX;
    lineAxes.set('y', ['motor', ...states.x.slice(1)]);
  }
  const outputs = lineAxes.get('y')!;
  if (outputs.length !== 1) {
    const given = outputs.length === 0 ? 'none' : outputs.join(', ');
    fail(`the output y wants one axis, it has ${given}`, output === motorOfX ? undefined : output.left.at);
  }
  for (const [name, { kind }] of Object.entries(params)) if (!read.has(name)) fail(`the ${kind} "${name}" is not used`);
  for (const { left } of lines) {
    if (left.kind === 'definition' && left.name !== 'y' && !read.has(left.name)) {
      fail(`the line "${left.name}" is not used`, left.at);
    }
  }

  const jumps = lines.filter(({ left }) => left.kind === 'jump');
  return {
    axes: Object.fromEntries(lineAxes),
    indices,
    sources: Object.fromEntries(synapses.sources),
    definitions: lines.filter(({ left }) => left.kind === 'definition' && left.name !== 'y'),
    before: jumps.filter((line) => firstFlow < 0 || lines.indexOf(line) < firstFlow),
    flow: lines.filter(isFlow),
    after: jumps.filter((line) => firstFlow >= 0 && lines.indexOf(line) > firstFlow),
    output,
    usesTime: read.has('t'),
    usesSeen: read.has('seen'),
  };
};
