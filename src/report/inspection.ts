import type { KernelListing } from '../analysis/kernel-listing.ts';
import type { MemoryReport } from '../analysis/memory-report.ts';
import type { ModelBounds } from '../analysis/network-bounds.ts';
import type { Stability } from '../analysis/stability.ts';
import type { UnitTimeConstant } from '../analysis/time-constants.ts';
import type { Bounds, Certificate } from '../certificates/certify.ts';
import type { SynapseCount } from '../wirings/synapse-counts.ts';
import { bars } from './figures.ts';
import { equation, figure, folded, header, numbers, page, remark, section } from './page.ts';
import { count, quantity } from './quantity.ts';
import { type ReportData, timeConstants } from './report.ts';
import { type WiringDrawing, wiringDrawing } from './wiring-drawing.ts';

/** Everything there is to say of a saved network, as plain data. */
export interface Inspection {
  readonly title: string;
  readonly summary: string;
  /** Names the program and its version. */
  readonly maker: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: number;
  /** Seconds in one unit of dt. */
  readonly timeUnit: number;
  /** What else is to be said of the whole, a sentence each. */
  readonly notes: readonly string[];
  /** What was saved beside the network. */
  readonly saved: Readonly<Record<string, unknown>>;
  /** What it was shown, where it was shown something. */
  readonly data?: { readonly title: string; readonly steps: number; readonly notes: readonly string[] };
  /** Its models, in the order in which signals pass them. */
  readonly models: readonly ModelInspection[];
}

/** Why something cannot be said. */
export interface Unknown {
  readonly why: string;
}

/** Time constants along a sequence, and each unit's in numbers, in the same unit of time. */
export type TimeConstantSeries = NonNullable<ReportData['timeConstants']> & {
  readonly perUnit: readonly UnitTimeConstant[];
};

/** The least, the median and the greatest of some numbers. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** One parameter array as the equation sees it. */
export interface ParameterInspection {
  readonly name: string;
  readonly axes: readonly string[];
  readonly shape: readonly number[];
  /** The synapses that it has an entry for, such as `input->state`. */
  readonly relation?: string;
  /** What its entries are kept in: any number, positive ones, or an interval. */
  readonly constraint: string;
  /** Over its finite entries; absent where there are none. */
  readonly spread?: Spread;
  /** Entries that are not finite. */
  readonly nonFinite: number;
}

/** One model of a network. */
export interface ModelInspection {
  /** Empty when it is the only one. */
  readonly name: string;
  readonly cell: string;
  readonly equation: {
    readonly source: string;
    readonly latex: string;
    readonly mathml: string;
    readonly paper: string;
  };
  /** Name and value of every setting. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly wiring: WiringDrawing & { readonly counts: readonly SynapseCount[] };
  readonly parameters: readonly ParameterInspection[];
  readonly bounds: ModelBounds;
  readonly stability: Stability | Unknown;
  readonly timeConstants?: TimeConstantSeries | Unknown;
  readonly memory?: MemoryReport | Unknown;
  readonly kernels?: KernelListing;
}

/** A number in about four digits, with a minus sign. */
const signed = (value: number): string => quantity(value).replace(/^-/, '−');

/** An interval in about four digits; what has no end is told by an infinity. */
export const interval = ({ lo, hi }: Bounds): string =>
  `${lo === null ? '(−∞' : `[${signed(lo)}`}, ${hi === null ? '∞)' : `${signed(hi)}]`}`;

/** What a unit of a state is called: by its number alone where there is one state only. */
export const unitNames = (units: readonly { readonly state: string; readonly unit: number }[]): string[] => {
  const isOne = units.every(({ state }) => state === units[0]!.state);
  return units.map(({ state, unit }) => (isOne ? `neuron ${unit}` : `${state} ${unit}`));
};

/** What a certificate assumes and says, in words; where it fails, also what its witness does. */
export function boundsSaid({ summary, inputs, initial, violation }: Certificate): string {
  const hull = { lo: least(inputs.map(({ lo }) => lo)), hi: greatest(inputs.map(({ hi }) => hi)) };
  const start = initial.lo === 0 && initial.hi === 0 ? 'at 0' : `in ${interval(initial)}`;
  return `For inputs in ${interval(hull)}, states that start ${start} and any times between samples: ${summary}.${violation ? ` ${witnessSaid(violation)}` : ''}`;
}

const least = (ends: readonly (number | null)[]) => (ends.includes(null) ? null : Math.min(...(ends as number[])));
const greatest = (ends: readonly (number | null)[]) => (ends.includes(null) ? null : Math.max(...(ends as number[])));

function witnessSaid({ state, unit, corner, witness }: NonNullable<Certificate['violation']>): string {
  const { samples, between, leaves, largest, failed } = witness;
  const name = `${state}[${unit}]`;
  const run = `Its witness: with the input held at ${corner.inputs.map(signed).join(', ')}`;
  if (failed) return `${run}, ${failed}.`;
  const size =
    largest === null ? `${name} becomes infinite` : `${name} reaches ${quantity(largest)} within ${samples} samples`;
  if (!between) return `${run}, ${size}.`;
  const box = interval(between);
  return leaves === null
    ? `${run}, ${name} stays in ${box}.`
    : `${run}, ${name} leaves ${box} after sample ${leaves}, and ${size.replace(`${name} `, '')}.`;
}

/** The table of bounds: what is certified beside what the theorems say in closed form. */
export const boundsHeader = ['', 'state, certified', 'Theorem 2', 'τ, certified', 'Theorem 1'] as const;
/** Its rows, one a unit, then one an output, unless these are units; none where there is no bound at all. */
export const boundsRows = ({ units, outputs }: Certificate): readonly (readonly string[])[] => {
  const all = [...units.flatMap(({ range, tau }) => [range, tau]), ...outputs];
  if (all.every(({ lo, hi }) => lo === null && hi === null)) return [];
  const names = unitNames(units);
  const areUnits = outputs.every((range, k) => units[k] && interval(range) === interval(units[k].range));
  return [
    ...units.map(({ range, tau, theorem }, k) => [
      names[k]!,
      ...[range, theorem.range, tau, theorem.tau].map(interval),
    ]),
    ...(areUnits ? [] : outputs).map((range, k) => [`output ${k}`, interval(range), '', '', '']),
  ];
};

/** What there is to say of a solver's stability, a sentence each. */
export const stabilitySaid = ({ verdict, singular, dt }: Stability): readonly string[] =>
  [`For samples of dt = ${quantity(dt, 3)}: ${verdict}.`, ...(singular ? [`${singular.message}.`] : [])].map(sentence);

const sentence = (text: string) => text[0]!.toUpperCase() + text.slice(1);

/** The table of solvers. */
export const stabilityHeader = [
  '',
  'limit of sub-step·rate',
  'monotone up to',
  'stable',
  'monotone',
  'sub-steps enough',
] as const;
/** Its rows, one a solver, the model's own first. */
export const stabilityRows = ({ solvers }: Stability): readonly (readonly string[])[] =>
  solvers.map(({ name, limit, monotoneLimit, stable, monotone, enough }) => [
    name,
    ...[limit, monotoneLimit].map((most) => (most === null ? '∞' : quantity(most))),
    ...[stable, monotone].map((is) => (is === null ? 'not known' : is ? 'yes' : 'no')),
    enough.stable === null ? '–' : count(enough.stable),
  ]);

/** The table of time constants. */
export const timeConstantHeader = ['', '', 'least', 'median', 'most'] as const;
/** Its rows, one a unit. */
export const timeConstantRows = ({ perUnit }: TimeConstantSeries): readonly (readonly string[])[] =>
  perUnit.map(({ unit, kind, least, median, most }) => [
    `neuron ${unit}`,
    kind,
    ...[least, median, most].map((value) => quantity(value)),
  ]);

/** The table of parameters. */
export const parameterHeader = ['', 'shape', 'kept', 'least', 'median', 'most', 'not finite'] as const;
/** Its rows, one an array. */
export const parameterRows = (parameters: readonly ParameterInspection[]): readonly (readonly string[])[] =>
  parameters.map(({ name, axes, shape, relation, constraint, spread, nonFinite }) => [
    name,
    relation === undefined
      ? axes.map((axis, k) => `${axis} ${shape[k]}`).join(' × ') || 'a number'
      : `${relation.replace('->', ' → ')}, ${count(shape[0]!)}`,
    constraint,
    ...(spread ? [spread.least, spread.median, spread.most].map((value) => quantity(value)) : ['', '', '']),
    nonFinite === 0 ? '' : count(nonFinite),
  ]);

/** The table of synapses. */
export const synapseRows = (counts: readonly SynapseCount[]): readonly (readonly string[])[] =>
  counts.map(({ relation, synapses, dense }) => [
    relation === 'input->state' ? 'from inputs to neurons' : 'between neurons',
    count(synapses),
    count(dense),
    dense === 0 ? '' : `${quantity((100 * synapses) / dense, 3)} %`,
  ]);

/** Whether a cell's polarities and the missing synapses leave anything to be drawn. */
const isWorthDrawing = ({ isSigned, layers, counts }: ModelInspection['wiring']): boolean =>
  isSigned || layers.length > 1 || counts.some(({ synapses, dense }) => synapses < dense);

/** An inspection as one HTML file that needs nothing else: no network, no script; light, dark and on paper. */
export function inspection(of: Inspection): string {
  return page({
    title: of.title,
    maker: of.maker,
    sections: [
      header(of.title, of.summary),
      ...of.notes.map(remark),
      ...of.models.flatMap((model) => parts(model, of)),
    ],
  });
}

function parts(model: ModelInspection, { data }: Inspection): string[] {
  const titled = (what: string) => (model.name === '' ? what : `${what} of ${model.name}`);
  const { bounds, stability, wiring, timeConstants: tau, memory, kernels } = model;
  return [
    section(
      titled('Equation'),
      equation(model.equation),
      model.settings.map(([name, value]) => `${name}: ${value}`).join(' · '),
    ),
    section(
      titled('Wiring'),
      (isWorthDrawing(wiring) ? figure(wiringDrawing(wiring)) : '') +
        numbers(['', 'synapses', 'if all existed', ''], synapseRows(wiring.counts)),
    ),
    section(
      titled('Parameters'),
      numbers(parameterHeader, parameterRows(model.parameters)),
      'As the equation sees them, after what keeps them in their range.',
    ),
    section(
      titled('Certified bounds'),
      'why' in bounds ? remark(bounds.why) : remark(boundsSaid(bounds)) + tableOf(boundsHeader, boundsRows(bounds)),
    ),
    section(
      titled('Stability'),
      'why' in stability
        ? remark(stability.why)
        : stabilitySaid(stability).map(remark).join('') + tableOf(stabilityHeader, stabilityRows(stability)),
    ),
    ...(tau === undefined
      ? []
      : [section(titled('Time constants'), 'why' in tau ? remark(tau.why) : timeConstants(tau), data && along(data))]),
    ...(memory === undefined
      ? []
      : [section(titled('Memory'), 'why' in memory ? remark(memory.why) : memoryOf(memory), data && along(data))]),
    ...(kernels === undefined
      ? []
      : [
          section(
            titled('Kernels'),
            folded('Lines in loops', kernels.loops) + folded('WebAssembly', kernels.wasm),
            'What the equation, the solver and the wiring are compiled to, in the order in which it runs.',
          ),
        ]),
  ];
}

/** A table, unless it is empty. */
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : numbers(header, rows);

const along = ({ title, notes }: NonNullable<Inspection['data']>): string => `${title}: ${notes.join('; ')}.`;

/** What a share of memory is, in words. */
export const meaningOf = ({ by }: MemoryReport): string =>
  by === 'slope'
    ? 'The share of itself that each unit keeps over a sample: e^(slope·dt), the geometric mean.'
    : 'The share of itself that each unit keeps over a sample: |∂x′/∂x| of the sample as it runs, the geometric mean.';

/** The table of memory. */
export const memoryHeader = ['', 'keeps', 'least', 'most', 'half-life, samples'] as const;
/** Its rows, one a unit. */
export const memoryRows = ({ units }: MemoryReport): readonly (readonly string[])[] => {
  const names = unitNames(units);
  return units.map(({ kept, least, most, halfLife }, k) => [
    names[k]!,
    ...[kept, least, most, halfLife].map((value) => quantity(value, 3)),
  ]);
};

function memoryOf(memory: MemoryReport): string {
  const names = unitNames(memory.units);
  const rows = memory.units.map(({ kept }, k) => ({ name: names[k]!, value: kept }));
  return remark(meaningOf(memory)) + figure(bars({ label: 'What each unit keeps of itself', xLabel: 'share', rows }));
}
