import type { Cell } from '../cells/cell.ts';
import { backboneActivations } from '../cells/cfc.ts';
import { modes } from '../cells/closed-form.ts';
import { cells } from '../cells/index.ts';
import { adjoint, type Kept } from '../gradients/adjoint.ts';
import { checkpointed } from '../gradients/checkpointed.ts';
import type { GradientMethod } from '../gradients/gradient.ts';
import { gradients } from '../gradients/index.ts';
import { truncated } from '../gradients/truncated.ts';
import { optimizers } from '../optimizers/index.ts';
import type { OptimizerRule } from '../optimizers/optimizer.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { implicitEuler } from '../solvers/implicit-euler.ts';
import { solvers } from '../solvers/index.ts';
import type { Solver } from '../solvers/solver.ts';
import { trapezoid } from '../solvers/trapezoid.ts';
import { tsit5 } from '../solvers/tsit5.ts';
import type { FullOptions } from '../wirings/full.ts';
import { wirings } from '../wirings/index.ts';
import type { AutoNcpOptions, NcpOptions } from '../wirings/ncp.ts';
import type { RandomOptions } from '../wirings/random.ts';
import type { Wiring } from '../wirings/wiring.ts';
import { choice, either, type Kinds, number, type OptionsOf, range, required, truth, word } from './choice.ts';
import { called } from './usage-error.ts';

const activation = word('sigmoid', 'tanh', 'relu', 'hardtanh');
const map = word('affine', 'linear', 'none');

/** The options of each cell. */
export const cellOptions: { readonly [Name in keyof typeof cells]: Kinds<OptionsOf<(typeof cells)[Name]>> } = {
  liquid: { memory: range },
  ctrnn: { activation, memory: range },
  'neural-ode': { activation },
  ltc: { activation, memory: range },
  synaptic: { input: map, output: map, epsilon: number, memory: range },
  cfc: {
    mode: word(...modes),
    backboneUnits: number,
    backboneLayers: number,
    activation: word(...backboneActivations),
    dropout: number,
  },
  'wired-cfc': { form: word('wired', 'ncps'), layers: number, mode: word(...modes) },
  lstm: { form: word('torch', 'ncps') },
  gru: {},
  ctgru: { form: word('published', 'paper-code'), slots: number },
  'ode-rnn': { hidden: number },
  'gru-d': { mean: either(number, word('learned')) },
};

/** The cell that a text such as `cfc:mode=pure` asks for. */
export function cellOf(text: string): Cell {
  const { name, options } = choice('train: --cell', text, cellOptions);
  const make: (options: never) => Cell = cells[name];
  return make(options as never);
}

const tolerances = { rtol: number, atol: number, maxSteps: number };
const iterations = { iterations: number };

/** The options of each solver. */
export const solverOptions = {
  euler: {},
  heun: {},
  rk4: {},
  'semi-implicit': {},
  exponential: {},
  'exponential-midpoint': {},
  'implicit-euler': iterations satisfies Kinds<OptionsOf<typeof implicitEuler>>,
  trapezoid: iterations satisfies Kinds<OptionsOf<typeof trapezoid>>,
  dopri5: tolerances satisfies Kinds<OptionsOf<typeof dopri5>>,
  tsit5: tolerances satisfies Kinds<OptionsOf<typeof tsit5>>,
} as const satisfies Record<keyof typeof solvers, object>;

const adjustable = { 'implicit-euler': implicitEuler, trapezoid, dopri5, tsit5 };

/** The solver that a text such as `dopri5:rtol=1e-4` asks for. */
export function solverOf(text: string): Solver {
  const { name, options } = choice('train: --solver', text, solverOptions);
  return name in adjustable ? adjustable[name as keyof typeof adjustable](options as never) : solvers[name];
}

/** What is said of a wiring beside its units, which are a choice of their own. */
interface WiringOptions {
  readonly full: FullOptions & { readonly outputs?: number };
  readonly random: Omit<RandomOptions, 'units'>;
  /** Inter neurons are the units that are left. */
  readonly ncp: Omit<NcpOptions, 'inter'>;
  readonly 'auto-ncp': Omit<AutoNcpOptions, 'units' | 'outputs'> & { readonly outputs?: number };
}

/** The options of each wiring. */
export const wiringOptions: { readonly [Name in keyof WiringOptions]: Kinds<WiringOptions[Name]> } = {
  full: { outputs: number, seed: number, selfConnections: truth },
  random: { sparsity: required(number), outputs: number, seed: number },
  ncp: {
    command: required(number),
    motor: required(number),
    sensoryFanout: required(number),
    interFanout: required(number),
    recurrentCommandSynapses: required(number),
    motorFanin: required(number),
    seed: number,
  },
  'auto-ncp': { outputs: number, sparsity: number, seed: number },
};

type MakeWiring<Options> = (units: number, answers: number, options: Options) => Wiring;

const makeWiring: { readonly [Name in keyof WiringOptions]: MakeWiring<WiringOptions[Name]> } = {
  full: (units, _, { outputs = units, ...options }) => wirings.full(units, outputs, options),
  random: (units, _, options) => wirings.random({ units, ...options }),
  ncp: (units, _, options) => wirings.ncp({ inter: units - options.command - options.motor, ...options }),
  // A quarter of the units answer, or as many as there are answers: a readout chooses among them.
  'auto-ncp': (
    units,
    answers,
    { outputs = Math.min(Math.max(answers, Math.ceil(units / 4)), units - 3), ...options },
  ) => wirings['auto-ncp']({ units, outputs, ...options }),
};

/** The wiring of `units` that a text such as `auto-ncp:sparsity=0.6` asks for, for a network of so many `answers`. */
export function wiringOf(text: string, units: number, answers: number): Wiring {
  const { name, options } = choice('train: --wiring', text, wiringOptions);
  return makeWiring[name](units, answers, options as never);
}

interface GradientOptions {
  readonly bptt: Record<never, never>;
  readonly truncated: { readonly length?: number };
  readonly checkpointed: { readonly segments?: number };
  readonly adjoint: { readonly steps?: number; readonly kept?: Kept };
}

/** The options of each gradient method. */
export const gradientOptions: { readonly [Name in keyof typeof gradients]: Kinds<GradientOptions[Name]> } = {
  bptt: {},
  truncated: { length: number },
  checkpointed: { segments: number },
  adjoint: { steps: number, kept: word('final', 'samples') },
};

const makeGradient: { readonly [Name in keyof typeof gradients]: (options: GradientOptions[Name]) => GradientMethod } =
  {
    bptt: () => gradients.bptt(),
    truncated: ({ length }) => truncated(length),
    checkpointed: ({ segments }) => checkpointed(segments),
    adjoint: ({ steps, kept }) => adjoint(steps, kept),
  };

/** The gradient method that a text such as `truncated:length=16` asks for. */
export function gradientOf(text: string): GradientMethod {
  const { name, options } = choice('train: --gradient', text, gradientOptions);
  return called(() => makeGradient[name](options as never));
}

const moments = { beta1: number, beta2: number, epsilon: number };

/** The options of each optimizer. */
export const optimizerOptions: {
  readonly [Name in keyof typeof optimizers]: Kinds<OptionsOf<(typeof optimizers)[Name]>>;
} = {
  adam: moments,
  adamw: { ...moments, weightDecay: number, decays: word('weights', 'all') },
  rmsprop: { alpha: number, epsilon: number, momentum: number, centered: truth },
  sgd: { momentum: number, nesterov: truth },
};

/** The optimizer that a text such as `sgd:momentum=0.9` asks for. */
export function optimizerOf(text: string): OptimizerRule {
  const { name, options } = choice('train: --optimizer', text, optimizerOptions);
  const make: (options: never) => OptimizerRule = optimizers[name];
  return called(() => make(options as never));
}
