/** Where a piece of text stands: offsets into the equation's source, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The tree of one expression of the equation language (docs/equations.md, grammar). */
export type Tree =
  | { readonly kind: 'number'; readonly value: number; readonly at: Span }
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly primed: boolean;
      readonly indices?: readonly string[];
      readonly at: Span;
    }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Tree[]; readonly at: Span }
  | {
      readonly kind: 'reduce';
      readonly reduce: 'sum' | 'max' | 'softmax';
      readonly index: string;
      readonly body: Tree;
      readonly at: Span;
    }
  | {
      readonly kind: 'binary';
      readonly operator: '+' | '-' | '*' | '/' | '@' | '^';
      readonly left: Tree;
      readonly right: Tree;
      readonly at: Span;
    }
  | { readonly kind: 'negate'; readonly of: Tree; readonly at: Span };

/** The left side of a line: `dx[j]/dt` is a flow, `x'[j]` a jump, `f[j]` a definition. */
export interface Left {
  readonly kind: 'flow' | 'jump' | 'definition';
  readonly name: string;
  readonly indices?: readonly string[];
  readonly at: Span;
}

export interface Line {
  readonly left: Left;
  readonly right: Tree;
  readonly at: Span;
}

/** A parsed equation: its lines in order, and the text they came from. */
export interface Equation {
  readonly source: string;
  readonly lines: readonly Line[];
}

/** The name of a dimension: `input`, `state`, `motor`, `layer0` … (sized by the wiring) or one of the cell's own. */
export type Axis = string;

/** The trees directly inside a tree, in the order they are written. */
export const parts = (tree: Tree): readonly Tree[] => {
  switch (tree.kind) {
    case 'call':
      return tree.args;
    case 'reduce':
      return [tree.body];
    case 'binary':
      return [tree.left, tree.right];
    case 'negate':
      return [tree.of];
    default:
      return [];
  }
};
