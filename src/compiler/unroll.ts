import type { Cell } from '../cells/cell.ts';
import { functions as arities, isFunction } from '../equation/functions.ts';
import { print } from '../equation/print.ts';
import type { Tree } from '../equation/tree.ts';
import { functions } from '../expression/functions.ts';
import {
  add,
  canonical,
  type Index,
  mul,
  type Node,
  neg,
  num,
  ref,
  rename,
  replace,
  select,
} from '../expression/node.ts';
import { NotAffine, type Split, split } from '../expression/split.ts';
import type { Solver } from '../solvers/solver.ts';
import { type Dynamics, type Lowered, lower, operators } from './lower.ts';

/** The new value of every state that a phase changes. */
export type System = ReadonlyMap<string, Node>;

/** What happens at one sample: jumps, sub-steps of the flow, jumps, output. States are arrays of their names. */
export interface Unrolled {
  readonly states: Readonly<Record<string, readonly string[]>>;
  readonly before?: System;
  readonly step?: System;
  readonly after?: System;
  readonly output: Lowered['output'];
  readonly wired: Lowered['wired'];
  /** The flow's split per state, as far as it exists. */
  readonly splits: ReadonlyMap<string, Split>;
}

/** The running time is a state whose flow is 1, so that every solver places its stages right. */
const time = 't';

/** Length of a sub-step: the sample's dt over its number of sub-steps. */
const substep = () => mul(ref('dt', []), ref('sample.fraction', []));

/** Write a cell under a solver as what to compute at each sample. */
export function unroll(cell: Cell, solver: Solver, parameter: (name: string, at: readonly Index[]) => Node): Unrolled {
  const { output, wired, usesTime, ...dynamics } = lower(cell, parameter);
  const states: Record<string, readonly string[]> = { ...cell.states };
  const flow = new Map(dynamics.flow.map(({ state, node }) => [state, resolve(node, new Map(), states)]));
  const jump = (list: readonly Dynamics[]) => {
    const values = new Map<string, Node>();
    for (const { state, node } of list) values.set(state, resolve(node, values, states));
    return values;
  };
  const jumps = { before: jump(dynamics.before), after: jump(dynamics.after) };
  if (usesTime) {
    states[time] = [];
    if (flow.size > 0) flow.set(time, num(1));
    else jumps.before.set(time, add(ref(time, []), ref('dt', [])));
  }
  const splits = new Map<string, Split>();
  const step = flow.size > 0 ? advance(flow, states, solver, splits) : undefined;
  return {
    states,
    ...(jumps.before.size > 0 ? { before: kept(jumps.before, states) } : {}),
    ...(step ? { step: kept(step, states) } : {}),
    ...(jumps.after.size > 0 ? { after: kept(jumps.after, states) } : {}),
    output: { ...output, node: resolve(output.node, new Map(), states) },
    splits,
    wired,
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
  const field = (at: System): System =>
    each((name) =>
      replace(flow.get(name)!, (entry) => {
        const value = at.get(entry.name!);
        return value && rename(value, new Map(canonical(states[entry.name!]!).map((i, k) => [i, entry.at![k]!])));
      }),
    );
  let whyNot: NotAffine | undefined;
  for (const name of flow.keys()) {
    try {
      splits.set(name, split(flow.get(name)!, own(name)));
    } catch (error) {
      if (!(error instanceof NotAffine)) throw error;
      whyNot = error;
    }
  }
  const part = (which: 'slope' | 'rest'): System =>
    each((name) => {
      const parts = splits.get(name);
      if (!parts)
        throw new NotAffine(
          `solver "${solver.name}" needs dx/dt = slope*x + rest, but ${whyNot!.message}; explicit solvers (euler, heun, rk4) can run it`,
        );
      return parts[which];
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
        const arity = tree.name === 'field' ? 1 : isFunction(tree.name) && arities[tree.name].arity;
        if (args.length !== arity) refuse(`${print(tree)} is not a call of field or of a function with its arguments`);
        if (tree.name === 'field') return field(args[0]!);
        return each((name) => functions[tree.name]!(...args.map((a) => a.get(name)!)));
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
