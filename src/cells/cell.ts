import { type Checked, check } from '../equation/check.ts';
import { parse } from '../equation/parse.ts';
import type { Axis, Equation } from '../equation/tree.ts';
import {
  checkOptions,
  check as checkValue,
  either,
  finite,
  type Kind,
  type Kinds,
  numberFrom,
  oneOf,
  rate,
  wholeFrom,
} from '../options.ts';

export type { Axis } from '../equation/tree.ts';

/** One array of a cell: learned (`parameter`) or given (`constant`), its axes, and how it starts. */
export interface Declaration {
  readonly kind: 'parameter' | 'constant';
  readonly axes: readonly Axis[];
  /** Whether its entries exist on the wiring's synapses only. */
  readonly wired: boolean;
  /** What the equation may see of it. */
  readonly constraint: 'none' | 'positive' | { readonly lo: number; readonly hi: number };
  /** From a range, as the equation sees it; or −1 and +1 by polarity; or uniform ±sqrt(6 / (rows + columns)). */
  readonly initial: InitialRange | 'sign' | 'glorot';
  /** The value of a constant: one number for all entries, or the entries in row-major order. */
  readonly value?: number | readonly number[];
}

/** Uniform from lo to hi, or with `log` its logarithm is; then times 1 + `perSynapse` for each synapse that leads to the unit. */
export interface InitialRange {
  readonly lo: number;
  readonly hi: number;
  readonly log?: boolean;
  readonly perSynapse?: number;
}

/** How long units keep their past at first, in units of dt: each draws its own time, evenly over the logarithms from the shorter to the longer. */
export type Memory = readonly [shorter: number, longer: number];

/** A declaration as written in a cell file: a constant may be a function of its indices. */
export interface DraftDeclaration extends Omit<Declaration, 'value'> {
  readonly value?: number | readonly number[] | ((...index: number[]) => number);
}

/** A recurrent cell as data: its equation, parsed and checked, and the arrays that it learns. */
export interface Cell {
  readonly name: string;
  /** Where the equation was published. */
  readonly paper: string;
  readonly equation: Equation;
  readonly states: Readonly<Record<string, readonly Axis[]>>;
  /** The cell's own axes with their sizes. */
  readonly axes: Readonly<Record<Axis, number>>;
  readonly params: Readonly<Record<string, Declaration>>;
  /** The axis of the output `y`. */
  readonly output: Axis;
  /** The synapses that each wired array has its entries on, such as `input->state`: from the axis it is summed over to its other one. */
  readonly relations: Readonly<Record<string, string>>;
  /** Whether its equation reads `seen`, and so takes inputs that are missing. */
  readonly takesMissing: boolean;
  /** What the check of its definition found. */
  readonly checked: Checked;
}

/** A cell as JSON: `cell(data)` makes the cell again. */
export interface CellData extends Omit<Cell, 'equation' | 'output' | 'relations' | 'takesMissing' | 'checked'> {
  readonly equation: string;
}

/** What a cell file writes down; states default to `{ x: ['state'] }`. */
export interface CellDraft {
  readonly name: string;
  readonly paper: string;
  readonly equation: string;
  readonly states?: CellData['states'];
  readonly axes?: CellData['axes'];
  readonly params: Readonly<Record<string, DraftDeclaration>>;
}

/** Activations that a dense layer of a cell may have. */
export type Activation = 'sigmoid' | 'tanh' | 'relu' | 'hardtanh';

const memory: Kind = {
  wanted: 'two positive numbers in order: [shorter, longer], in units of dt',
  holds(value) {
    if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return false;
    const [lo, hi] = value as unknown as Memory;
    return lo > 0 && lo <= hi;
  },
};

/** What an option of a cell may be. */
export const kinds = {
  activation: oneOf('sigmoid', 'tanh', 'relu', 'hardtanh'),
  memory,
  oneOf,
  wholeFrom,
  numberFrom,
  finite,
  rate,
  either,
};

const parameter = (axes: readonly Axis[], initial: Declaration['initial']): Declaration => ({
  kind: 'parameter',
  axes,
  wired: false,
  constraint: 'none',
  initial,
});

/** A learned matrix, uniform from lo to hi at first, or of random signs; by default Glorot's range. */
export function matrix(rows: Axis, columns: Axis, initial?: 'sign' | 'glorot'): Declaration;
export function matrix(rows: Axis, columns: Axis, lo: number, hi: number): Declaration;
export function matrix(rows: Axis, columns: Axis, lo: number | 'sign' | 'glorot' = 'glorot', hi?: number): Declaration {
  return parameter([rows, columns], typeof lo === 'number' ? { lo, hi: hi! } : lo);
}

/** A learned vector, uniform from lo to hi at first, by default zero. */
export const vector = (axis: Axis, lo = 0, hi = lo): Declaration => parameter([axis], { lo, hi });

/** A learned vector over the units that starts from memory times, each times `factor` and 1 + `perSynapse` for each synapse onto the unit. */
export const spread = (times: Memory, factor: number, perSynapse = 0): Declaration => {
  checkValue('memory', times, memory);
  const [lo, hi] = times;
  return parameter(['state'], { lo: factor * lo, hi: factor * hi, log: true, ...(perSynapse && { perSynapse }) });
};

/** The same array, with entries on the wiring's synapses only. */
export const wired = <D extends DraftDeclaration>(declaration: D): D => ({ ...declaration, wired: true });

/** The same array, kept above zero. */
export const positive = (declaration: Declaration): Declaration => ({ ...declaration, constraint: 'positive' });

/** The same array, kept from lo to hi. */
export const bounded = (declaration: Declaration, lo: number, hi: number): Declaration => ({
  ...declaration,
  constraint: { lo, hi },
});

/** An array that is not learned: one number, its entries in row-major order, or a function of its indices (over the cell's own axes only). */
export const constant = (axes: readonly Axis[], value: NonNullable<DraftDeclaration['value']>): DraftDeclaration => ({
  ...parameter(axes, { lo: 0, hi: 0 }),
  kind: 'constant',
  value,
});

/** The text without the blank lines around it and the indentation that its lines share. */
const dedent = (text: string): string => {
  const lines = text.replaceAll('\r', '').trimEnd().split('\n');
  while (lines.length > 1 && lines[0]!.trim() === '') lines.shift();
  const indent = Math.min(...lines.filter((line) => line.trim()).map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(indent).trimEnd()).join('\n');
};

type Complain = (problem: string) => never;

const evaluated = (name: string, draft: DraftDeclaration, sizes: CellData['axes'], complain: Complain): Declaration => {
  const { value, ...rest } = draft;
  if (draft.kind === 'parameter') {
    if (value !== undefined) complain(`the parameter "${name}" has a value: only a constant has one`);
    return rest;
  }
  if (value === undefined) complain(`the constant "${name}" has no value`);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) complain(`the constant "${name}" is ${value}; wanted a finite number`);
    return { ...rest, value };
  }
  const shape = draft.axes.map((axis) => {
    if (Object.hasOwn(sizes, axis)) return sizes[axis]!;
    return complain(`the constant "${name}" lists values over "${axis}", which is not an axis of the cell itself`);
  });
  const count = shape.reduce((product, size) => product * size, 1);
  const index = (entry: number): number[] => {
    const at: number[] = [];
    for (const size of shape.toReversed()) {
      at.unshift(entry % size);
      entry = Math.floor(entry / size);
    }
    return at;
  };
  const list = typeof value === 'function' ? Array.from({ length: count }, (_, k) => value(...index(k))) : [...value];
  if (list.length !== count) complain(`the constant "${name}" has ${list.length} values; its axes want ${count}`);
  const bad = list.findIndex((entry) => !Number.isFinite(entry));
  if (bad >= 0) complain(`the constant "${name}" is ${list[bad]} at [${index(bad)}]; wanted a finite number`);
  return { ...rest, value: list };
};

const checkInitial = (name: string, { axes, constraint, initial }: DraftDeclaration, complain: Complain): void => {
  if (typeof initial === 'string') {
    if (constraint !== 'none')
      complain(`"${name}" is constrained, so it wants an initial range of numbers, not '${initial}'`);
    return;
  }
  const { lo, hi } = initial;
  const range = `"${name}" starts from ${lo} to ${hi}`;
  if (!(Number.isFinite(lo) && Number.isFinite(hi) && lo <= hi)) complain(`${range}; wanted two numbers in order`);
  if (initial.log && lo <= 0) complain(`${range}, evenly over logarithms, but only positive numbers have them`);
  if (initial.perSynapse !== undefined && axes.join() !== 'state')
    complain(`"${name}" starts by the synapses onto each unit, so its only axis must be "state"`);
  if (constraint === 'none') return;
  if (constraint === 'positive') {
    if (lo <= 0) complain(`${range}, but it is positive`);
    return;
  }
  if (!(Number.isFinite(constraint.lo) && Number.isFinite(constraint.hi) && constraint.lo < constraint.hi))
    complain(`"${name}" is bounded by ${constraint.lo} and ${constraint.hi}; wanted two numbers in order`);
  if (lo < constraint.lo || hi > constraint.hi)
    complain(`${range}, but it is bounded by ${constraint.lo} and ${constraint.hi}`);
};

/** Makes a cell from what its file says, or from its JSON; throws an error that says what is wrong with it. */
export const cell = (draft: CellDraft): Cell => {
  const { name, paper, states = { x: ['state'] }, axes = {} } = draft;
  const complain: Complain = (problem) => {
    throw new Error(`${name}: ${problem}`);
  };
  for (const [axis, size] of Object.entries(axes)) {
    if (!Number.isInteger(size) || size < 1)
      complain(`the axis "${axis}" has the size ${size}; wanted a whole number from 1`);
  }
  const equation = parse(dedent(draft.equation), name);
  const checked = check({ name, equation, states, axes, params: draft.params });
  const params = Object.entries(draft.params).map(([key, declaration]) => {
    if (declaration.kind === 'parameter') checkInitial(key, declaration, complain);
    return [key, evaluated(key, declaration, axes, complain)] as const;
  });
  const relations = Object.entries(checked.sources).map(([key, source]) => {
    const own = draft.params[key]!.axes;
    return [key, `${own[source]}->${own[1 - source]}`];
  });
  return {
    name,
    paper,
    equation,
    states,
    axes,
    params: Object.fromEntries(params),
    output: checked.axes.y![0]!,
    relations: Object.fromEntries(relations),
    takesMissing: checked.usesSeen,
    checked,
  };
};

/** Makes a cell's function of options, which refuses one that there is not, and a value that is not of its kind. */
export const taking =
  <Options extends object = Record<never, never>>(name: string, kinds: Kinds<Options>) =>
  (make: (options: Options) => Cell) =>
  (options: Options = {} as Options): Cell => {
    checkOptions(name, options, kinds);
    return make(options);
  };

/** A cell as plain JSON data. */
export const cellToData = ({ name, paper, equation, states, axes, params }: Cell): CellData => ({
  name,
  paper,
  equation: equation.source,
  states,
  axes,
  params,
});

/** The cell that `cellToData` was given. */
export const cellFromData = (data: CellData): Cell => cell(data);

/** Whether a cell has a flow, which a solver integrates. */
export const hasFlow = ({ equation }: Pick<Cell, 'equation'>): boolean =>
  equation.lines.some(({ left }) => left.kind === 'flow');
