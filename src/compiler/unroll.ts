import type { Cell } from '../cells/cell.ts';
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
  visit,
} from '../expression/node.ts';
import { NotAffine, type Split, split } from '../expression/split.ts';
import type { Solver } from '../solvers/solver.ts';
import { type Lowered, lower } from './lower.ts';

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
  const { dynamics, output, wired } = lower(cell, parameter);
  const states: Record<string, readonly string[]> = { ...cell.states };
  const flow = new Map<string, Node>();
  const jumps = { before: new Map<string, Node>(), after: new Map<string, Node>() };
  const block = { before: new Map<string, Node>(), after: new Map<string, Node>() };
  const hasFlow = dynamics.some((d) => d.kind === 'flow');
  let where: 'before' | 'after' = 'before';
  for (const { kind, state, node } of dynamics) {
    if (kind === 'flow') {
      flow.set(state, node);
      where = 'after';
    } else {
      const value = resolve(node, block[where], states);
      block[where].set(`${state}'`, value);
      jumps[where].set(state, value);
    }
  }
  for (const [name, node] of flow) flow.set(name, resolve(node, new Map(), states));
  let usesTime = false;
  visit([...flow.values(), output.node, ...jumps.before.values(), ...jumps.after.values()], (n) => {
    usesTime ||= n.op === 'ref' && n.name === time;
  });
  if (usesTime) {
    states[time] = [];
    if (hasFlow) flow.set(time, num(1));
    else jumps.before.set(time, add(ref(time, []), ref('dt', [])));
  }
  const splits = new Map<string, Split>();
  const step = hasFlow ? advance(flow, states, solver, splits) : undefined;
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
    const value = block.get(name!);
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
  const pairwise = (a: System, b: System, by: (x: Node, y: Node) => Node) =>
    each((name) => by(a.get(name)!, b.get(name)!));
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
        if (tree.name === 'field') return field(args[0]!);
        const call = functions[tree.name] ?? refuse(`"${tree.name}" is not a function`);
        return each((name) => call(...args.map((a) => a.get(name)!)));
      }
      case 'binary': {
        const by = { '+': add, '-': sub, '*': mul, '/': div }[tree.operator as '+' | '-' | '*' | '/'];
        return pairwise(evaluate(tree.left), evaluate(tree.right), by);
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
