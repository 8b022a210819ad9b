import { functions as arities, isFunction } from '../equation/functions.ts';
import { print } from '../equation/print.ts';
import type { Tree } from '../equation/tree.ts';
import { functions } from '../expression/functions.ts';
import {
  add,
  canonical,
  div,
  type Index,
  mul,
  type Node,
  neg,
  num,
  ref,
  rename,
  replace,
  select,
  sub,
} from '../expression/node.ts';
import { NotAffine, type Split, split } from '../expression/split.ts';
import type { Model } from '../model.ts';
import type { Solver } from '../solvers/solver.ts';
import { type Dynamics, type Lowered, lower, type Meaning, operators } from './lower.ts';

/** The new value of every state that a phase changes. */
export type System = ReadonlyMap<string, Node>;

/** What happens at one sample: jumps, sub-steps of the flow, jumps, output. States are arrays of their names. */
export interface Unrolled {
  /** The cell's states, then those that a caller does not see: their names cannot be a cell's. */
  readonly states: Readonly<Record<string, readonly string[]>>;
  readonly before?: System;
  readonly step?: System;
  readonly after?: System;
  readonly output: Lowered['output'];
  readonly wired: Lowered['wired'];
  readonly dropouts: Lowered['dropouts'];
  /** Whether it reads `seen`. */
  readonly usesSeen: boolean;
  /** Arrays that are given, not learned, beside those of the cell. */
  readonly constants: Readonly<Record<string, { readonly axes: readonly string[]; readonly value: readonly number[] }>>;
  /** The flow's split per state, as far as it exists. */
  readonly splits: ReadonlyMap<string, Split>;
}

/** The running time is a state whose flow is 1, so that every solver places its stages right. */
const time = 't';

/** With `missing: 'hold'`, the last seen value of each input, and behind them the time since each was seen. */
const held = 'input.held';

/** With interpolation: the input of the sample before, whether there was one, and the time since it. */
const path = { before: 'input.before', known: 'input.known', elapsed: 'input.elapsed' };

/** Length of a sub-step: the sample's dt over its number of sub-steps. */
const substep = () => mul(ref('dt', []), ref('sample.fraction', []));

type Value = (at: readonly Index[]) => Node;

/** The same expression with another value for an array. */
const substitute = (node: Node, name: string, value: Value): Node =>
  replace(node, (entry) => (entry.name === name ? value(entry.at!) : undefined));

/** Write a model's cell under its solver as what to compute at each sample. */
export function unroll(model: Model, meaning: Meaning): Unrolled {
  const { cell, solver, missing, interpolation } = model;
  const { output, wired, usesTime, usesSeen, dropouts, ...dynamics } = lower(cell, meaning);
  const states: Record<string, readonly string[]> = { ...cell.states };
  const flow = new Map(dynamics.flow.map(({ state, node }) => [state, resolve(node, new Map(), states)]));
  const jump = (list: readonly Dynamics[]) => {
    const values = new Map<string, Node>();
    for (const { state, node } of list) values.set(state, resolve(node, values, states));
    return values;
  };
  const jumps = { before: jump(dynamics.before), after: jump(dynamics.after) };
  let read = resolve(output.node, new Map(), states);
  const constants: Record<string, Unrolled['constants'][string]> = {};
  if (usesTime) {
    states[time] = [];
    if (flow.size > 0) flow.set(time, num(1));
    else jumps.before.set(time, add(ref(time, []), ref('dt', [])));
  }
  const everywhere = (systems: readonly Map<string, Node>[], name: string, value: Value) => {
    for (const system of systems) for (const [state, node] of system) system.set(state, substitute(node, name, value));
  };
  if (missing === 'hold') {
    states[held] = ['input'];
    const isTime = 'input.is-time';
    constants[isTime] = {
      axes: ['input'],
      value: Array.from({ length: 2 * model.inputs }, (_, k) => (k < model.inputs ? 0 : 1)),
    };
    const now: Value = (at) =>
      select(ref('seen', at), ref('u', at), add(ref(held, at), mul(ref(isTime, at), ref('dt', []))));
    everywhere([jumps.before], 'u', now);
    everywhere([flow, jumps.after], 'u', (at) => ref(held, at));
    read = substitute(read, 'u', (at) => ref(held, at));
    jumps.before.set(held, now(canonical(['input'])));
  }
  if (interpolation === 'linear') {
    const input = missing === 'hold' ? held : 'u';
    Object.assign(states, { [path.before]: ['input'], [path.known]: [], [path.elapsed]: [] });
    const at = (name: string) => ref(name, []);
    const share = div(at(path.elapsed), select(at('dt'), at('dt'), num(1)));
    everywhere([flow], input, (i) => {
      const start = select(at(path.known), ref(path.before, i), ref(input, i));
      return add(start, mul(share, sub(ref(input, i), start)));
    });
    jumps.before.set(path.elapsed, num(0));
    flow.set(path.elapsed, num(1));
    jumps.after.set(path.before, ref(input, canonical(['input'])));
    jumps.after.set(path.known, num(1));
  }
  const splits = new Map<string, Split>();
  const step = flow.size > 0 ? advance(flow, states, solver, splits) : undefined;
  return {
    states,
    ...(jumps.before.size > 0 ? { before: kept(jumps.before, states) } : {}),
    ...(step ? { step: kept(step, states) } : {}),
    ...(jumps.after.size > 0 ? { after: kept(jumps.after, states) } : {}),
    output: { ...output, node: read },
    splits,
    wired,
    dropouts,
    usesSeen: usesSeen || missing === 'hold',
    constants,
  };
}

/** `x'` is the new value within its own block of jumps, and the current state everywhere later. */
function resolve(node: Node, block: System, states: Readonly<Record<string, readonly string[]>>): Node {
  return replace(node, ({ name, at }) => {
    if (!name!.endsWith("'")) return undefined;
    const state = name!.slice(0, -1);
    const value = block.get(state);
    return value ? rename(value, new Map(canonical(states[state]!).map((i, k) => [i, at![k]!]))) : ref(state, at!);
  });
}

/** A sequence that takes no part in a sub-step (a masked sample, or fewer sub-steps than its neighbours) keeps its state. */
function kept(system: System, states: Readonly<Record<string, readonly string[]>>): System {
  const active = ref('event.active', []);
  return new Map([...system].map(([name, node]) => [name, select(active, node, ref(name, canonical(states[name]!)))]));
}

/** One sub-step of a solver: its text read with every name standing for all states at once. */
function advance(
  flow: System,
  states: Readonly<Record<string, readonly string[]>>,
  solver: Solver,
  splits: Map<string, Split>,
): System {
  const own = (name: string) => ref(name, canonical(states[name]!));
  const each = (value: (name: string) => Node): System => new Map([...flow.keys()].map((name) => [name, value(name)]));
  /** An expression with other values for the states. */
  const moved = (node: Node, at: System): Node =>
    replace(node, (entry) => {
      const value = at.get(entry.name!);
      return value && rename(value, new Map(canonical(states[entry.name!]!).map((i, k) => [i, entry.at![k]!])));
    });
  const field = (at: System): System => each((name) => moved(flow.get(name)!, at));
  let whyNot: NotAffine | undefined;
  for (const name of flow.keys()) {
    try {
      splits.set(name, split(flow.get(name)!, own(name)));
    } catch (error) {
      if (!(error instanceof NotAffine)) throw error;
      whyNot = error;
    }
  }
  const part = (which: 'slope' | 'rest', at?: System): System =>
    each((name) => {
      const parts = splits.get(name);
      if (!parts)
        throw new NotAffine(
          `solver "${solver.name}" needs dx/dt = slope*x + rest, but ${whyNot!.message}; explicit solvers (euler, heun, rk4) can run it`,
        );
      return at ? moved(parts[which], at) : parts[which];
    });

  const refuse = (why: string): never => {
    throw new Error(`solver "${solver.name}": ${why}`);
  };
  const lines = new Map<string, System>();
  const evaluate = (tree: Tree): System => {
    switch (tree.kind) {
      case 'number':
        return each(() => num(tree.value));
      case 'name':
        if (tree.name === 'x') return each(own);
        if (tree.name === 'dt') return each(substep);
        if (tree.name === 'slope' || tree.name === 'rest') return part(tree.name);
        return (
          lines.get(tree.name) ?? refuse(`"${tree.name}" is neither x, dt, slope, rest nor an earlier line of its text`)
        );
      case 'negate': {
        const of = evaluate(tree.of);
        return each((name) => neg(of.get(name)!));
      }
      case 'call': {
        const args = tree.args.map(evaluate);
        const { name } = tree;
        const isFlow = name === 'field' || name === 'slope' || name === 'rest';
        const arity = isFlow ? 1 : isFunction(name) && arities[name].arity;
        if (args.length !== arity)
          refuse(`${print(tree)} is not a call of field, slope, rest or of a function with its arguments`);
        if (isFlow) return name === 'field' ? field(args[0]!) : part(name, args[0]!);
        return each((state) => functions[name]!(...args.map((a) => a.get(state)!)));
      }
      case 'binary': {
        const by = operators[tree.operator] ?? refuse(`a step has no "${tree.operator}"`);
        const [left, right] = [evaluate(tree.left), evaluate(tree.right)];
        return each((name) => by(left.get(name)!, right.get(name)!));
      }
      case 'reduce':
        return refuse('a step has no reductions');
    }
  };
  for (const { left, right } of solver.step.lines) {
    const value = evaluate(right);
    if (left.kind === 'jump') return value;
    lines.set(left.name, value);
  }
  return refuse(`its text has no line "x' = …"`);
}
