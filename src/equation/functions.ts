/** A function of the equation language: how many arguments it takes and how LaTeX writes its name. */
export interface FunctionRow {
  readonly arity: 1 | 2;
  readonly latex: string;
}

const unary = (latex: string): FunctionRow => ({ arity: 1, latex });
const named = (name: string): FunctionRow => unary(`\\operatorname{${name}}`);

/**
 * Every elementwise function by name. `phi(z) = (e^z − 1) / z`; `gelu` is the exact one; `lecun_tanh(z) = 1.7159·tanh(0.666·z)`;
 * `dropout(z, rate)` is z outside training.
 */
export const functions = {
  exp: unary('\\exp'),
  log: unary('\\log'),
  sqrt: unary('\\sqrt'),
  tanh: unary('\\tanh'),
  sigmoid: named('sigmoid'),
  softplus: named('softplus'),
  relu: named('relu'),
  abs: named('abs'),
  sin: unary('\\sin'),
  cos: unary('\\cos'),
  hardtanh: named('hardtanh'),
  silu: named('silu'),
  gelu: named('gelu'),
  lecun_tanh: named('lecun\\_tanh'),
  erf: named('erf'),
  phi: unary('\\varphi'),
  min: { arity: 2, latex: '\\min' },
  max: { arity: 2, latex: '\\max' },
  dropout: { arity: 2, latex: '\\operatorname{dropout}' },
} as const satisfies Record<string, FunctionRow>;

export type FunctionName = keyof typeof functions;

/** Whether a name is an elementwise function of the language. */
export const isFunction = (name: string): name is FunctionName => Object.hasOwn(functions, name);

/** What can run over an index: `sum[i](…)`, `max[i](…)`, `softmax[i](…)`. */
export const reductions = ['sum', 'max', 'softmax'] as const;

export type Reduction = (typeof reductions)[number];

/** Whether a name is a reduction over an index. */
export const isReduction = (name: string): name is Reduction => (reductions as readonly string[]).includes(name);

/** Why a name may not be given to a parameter, state, line or index; undefined when it may. */
export const reserved = (name: string): string | undefined => {
  if (name === 'u') return 'the input';
  if (name === 'seen') return 'which inputs were seen';
  if (name === 't') return 'the running time';
  if (name === 'dt') return 'the elapsed time';
  if (name === 'motor') return 'the choice of motor neurons';
  return isFunction(name) || isReduction(name) ? 'a function' : undefined;
};
