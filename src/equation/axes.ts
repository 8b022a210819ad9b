import type { Fail } from './error.ts';
import { print } from './print.ts';
import { type Axis, type Line, parts, type Span, type Tree } from './tree.ts';

/** What the axes of a line depend on. */
export interface Scope {
  readonly fail: Fail;
  /** The axes of a name that is known to be declared. */
  axesOf(name: string): readonly Axis[];
  /** What an index may not be called, and why: "a parameter". */
  declared(name: string): string | undefined;
}

const show = (axes: readonly Axis[]): string => (axes.length ? `axes (${axes.join(', ')})` : 'no axes');
const withoutLeft = 'the left side of this line has no indices, so its right side has none either';
const isSame = (a: readonly Axis[], b: readonly Axis[]): boolean => a.join() === b.join();

/** The ordered axes of a tree in an un-indexed line (rules E8, E9, E21). */
export const orderedAxes = (whole: Tree, { fail, axesOf }: Scope): readonly Axis[] => {
  const elementwise = (operation: string, all: readonly Tree[], at: Span): readonly Axis[] => {
    let axes: readonly Axis[] = [];
    let first: Tree | undefined;
    for (const part of all) {
      const own = visit(part);
      if (own.length === 0) continue;
      if (first && !isSame(axes, own)) {
        const both = `${print(first)} has ${show(axes)}, ${print(part)} has ${show(own)}`;
        fail(`"${operation}" wants equal axes or a number: ${both}`, at);
      }
      [axes, first] = [own, first ?? part];
    }
    return axes;
  };

  const visit = (tree: Tree): readonly Axis[] => {
    switch (tree.kind) {
      case 'name':
        if (tree.indices) fail(withoutLeft, tree.at);
        return axesOf(tree.name);
      case 'reduce':
        return fail(withoutLeft, tree.at);
      case 'call': {
        if (tree.name !== 'motor') return elementwise(tree.name, tree.args, tree.at);
        const [first, ...rest] = visit(tree.args[0]!);
        if (first !== 'state') {
          const given = show(first === undefined ? [] : [first, ...rest]);
          fail(`motor wants a value whose first axis is state; ${print(tree.args[0]!)} has ${given}`, tree.at);
        }
        return ['motor', ...rest];
      }
      case 'binary': {
        if (tree.operator !== '@') return elementwise(tree.operator, [tree.left, tree.right], tree.at);
        const left = visit(tree.left);
        const right = visit(tree.right);
        if (left.length === 0 || left.at(-1) !== right[0]) {
          const both = `${print(tree.left)} has ${show(left)}, ${print(tree.right)} has ${show(right)}`;
          fail(`"@" wants the last axis of its left side to be the first of its right side: ${both}`, tree.at);
        }
        return [...left.slice(0, -1), ...right.slice(1)];
      }
      default:
        return elementwise('-', parts(tree), tree.at);
    }
  };

  return visit(whole);
};

/** The axis of every index of an indexed line (rules E10 to E14); `fixed` holds the axes of the state that a flow or jump is for. */
export const indexAxes = (
  { left, right }: Line,
  fixed: readonly Axis[] | undefined,
  scope: Scope,
): ReadonlyMap<string, Axis> => {
  const { fail, axesOf, declared } = scope;
  const found = new Map<string, Axis>();

  const name = (index: string, at: Span): void => {
    const what = declared(index);
    if (what) fail(`the index "${index}" has the name of ${what}`, at);
  };

  const settle = (index: string, axis: Axis, at: Span): void => {
    const known = found.get(index);
    const both = [known, axis];
    const isMotor = both.includes('motor') && both.includes('state');
    if (known !== undefined && known !== axis && !isMotor) {
      fail(`the index "${index}" runs over ${known} elsewhere in the line and over ${axis} here`, at);
    }
    found.set(index, isMotor ? 'motor' : axis);
  };

  const once = (name: string, indices: readonly string[], at: Span): void => {
    const twice = indices.find((index, k) => indices.indexOf(index) !== k);
    if (twice !== undefined) fail(`the index "${twice}" stands twice at "${name}"`, at);
  };

  const carried = (name: string, indices: readonly string[], axes: readonly Axis[], at: Span): void => {
    if (indices.length !== axes.length) {
      fail(`"${name}" has ${show(axes)}, so it wants ${axes.length || 'no'} indices; it has ${indices.length}`, at);
    }
    once(name, indices, at);
    indices.forEach((index, k) => {
      settle(index, axes[k]!, at);
    });
  };

  /** The indices that a tree depends on. */
  const visit = (tree: Tree, bound: ReadonlySet<string>): ReadonlySet<string> => {
    switch (tree.kind) {
      case 'name': {
        const axes = axesOf(tree.name);
        if (!tree.indices && axes.length > 0) {
          fail(`"${tree.name}" has ${show(axes)}: in an indexed line it is written ${tree.name}[…]`, tree.at);
        }
        const free = tree.indices?.find((index) => !bound.has(index));
        if (free !== undefined) {
          fail(`the index "${free}" is neither on the left side nor bound by a sum or max`, tree.at);
        }
        carried(tree.name, tree.indices ?? [], axes, tree.at);
        return new Set(tree.indices);
      }
      case 'reduce': {
        const keeps = tree.reduce === 'softmax';
        name(tree.index, tree.at);
        if (keeps !== bound.has(tree.index)) {
          fail(
            keeps
              ? `softmax[${tree.index}] keeps its index, which is neither on the left side nor bound here`
              : `the index "${tree.index}" of ${tree.reduce} is in use already: give it another name`,
            tree.at,
          );
        }
        const inside = new Set(visit(tree.body, new Set([...bound, tree.index])));
        if (!inside.has(tree.index)) fail(`nothing in ${print(tree)} has the index "${tree.index}"`, tree.at);
        if (!keeps) inside.delete(tree.index);
        return inside;
      }
      default: {
        const isWhole = tree.kind === 'call' && tree.name === 'motor';
        if (isWhole || (tree.kind === 'binary' && tree.operator === '@')) {
          const instead = isWhole ? 'an index over motor picks the motor neurons' : 'write sum[i](…)';
          fail(`"${isWhole ? 'motor' : '@'}" is for lines without indices: here ${instead}`, tree.at);
        }
        return new Set(parts(tree).flatMap((part) => [...visit(part, bound)]));
      }
    }
  };

  const indices = left.indices ?? [];
  for (const index of indices) name(index, left.at);
  once(left.name, indices, left.at);
  if (fixed) carried(left.name, indices, fixed, left.at);
  visit(right, new Set(indices));
  for (const [k, index] of indices.entries()) {
    const axis = found.get(index);
    if (axis === undefined) fail(`the index "${index}" is not used on the right side, so its axis is unknown`, left.at);
    if (fixed && fixed[k] !== axis)
      fail(`"${left.name}" has ${show(fixed)}, but "${index}" runs over ${axis} here`, left.at);
  }
  return found;
};
