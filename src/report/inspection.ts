import type { KernelListing } from '../analysis/kernel-listing.ts';
import type { MemoryReport } from '../analysis/memory-report.ts';
import type { ModelBounds } from '../analysis/network-bounds.ts';
import type { Stability } from '../analysis/stability.ts';
import type { UnitTimeConstant } from '../analysis/time-constants.ts';
import type { Bounds, Certificate, UnitCertificate } from '../certificates/certify.ts';
import type { SynapseCount } from '../wirings/synapse-counts.ts';
import { shapeSaid } from './describe-network.ts';
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
  /** What time constants are told in, and how long dt = 1 is in it: steps where it was shown data without times. */
  readonly clock: { readonly unit: 'seconds' | 'steps'; readonly length: number };
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

/** Time constants of a state along a sequence, and each unit's in numbers, in the same unit of time. */
export type TimeConstantSeries = NonNullable<ReportData['timeConstants']> & {
  readonly state: string;
  readonly perUnit: readonly UnitTimeConstant[];
};

/** Time constants of a state, or why it has none. */
type StateTimeConstants = TimeConstantSeries | (Unknown & { readonly state: string });

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
  /** Of each state that flows. */
  readonly timeConstants?: readonly StateTimeConstants[] | Unknown;
  readonly memory?: MemoryReport | Unknown;
  readonly kernels?: KernelListing;
}

/** A number in about four digits, with a minus sign. */
const signed = (value: number): string => quantity(value).replace(/^-/, '−');

/** An interval in about four digits, beside which an end that is only rounding is 0; what has no end is told by an infinity. */
export const interval = ({ lo, hi }: Bounds): string => {
  const size = Math.max(Math.abs(lo ?? 0), Math.abs(hi ?? 0));
  const end = (value: number) => signed(Math.abs(value) < 1e-9 * size ? 0 : value);
  return `${lo === null ? '(−∞' : `[${end(lo)}`}, ${hi === null ? '∞)' : `${end(hi)}]`}`;
};

/** What a unit of a state is called, as in the equation. */
export const unitNames = (units: readonly { readonly state: string; readonly unit: number }[]): string[] =>
  units.map(({ state, unit }) => `${state}[${unit}]`);

const sentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

/** Why something cannot be said, as a sentence without the name of the function that could not. */
export const whySaid = ({ why }: Unknown): string => sentence(why.replace(/^\w+: |\.$/g, ''));

/** What a certificate assumes and says, a paragraph each; where it fails, also what its witness does. */
export function boundsSaid(certificate: Certificate, { unit }: Inspection['clock']): readonly string[] {
  const { summary, inputs, initial, units, holds, violation } = certificate;
  const hull = { lo: least(inputs.map(({ lo }) => lo)), hi: greatest(inputs.map(({ hi }) => hi)) };
  const isOne = inputs.every(({ lo, hi }) => lo === inputs[0]!.lo && hi === inputs[0]!.hi);
  const given = isOne ? `inputs in ${interval(hull)}` : `inputs each in a range of its own, all in ${interval(hull)}`;
  const start = initial.lo === 0 && initial.hi === 0 ? 'at 0' : `in ${interval(initial)}`;
  const free = new Set(units.filter((each) => !flows(each) && !isBounded(each.range)).map(({ state }) => state));
  return [
    `For ${given}, as the network sees them, states that start ${start} and any times between samples: ${summary}.${violation ? ` ${witnessSaid(violation)}` : ''}`,
    ...(holds && free.size > 0 ? [`No bound is known of ${[...free].join(', ')}, which jumps and does not flow.`] : []),
    ...(tells(certificate)
      ? [
          `τ in ${unit}. Beside what is certified, what the closed forms of Theorems 1 and 2 say; – where they say nothing.${units.some(mayGrow) ? ' Where τ may be below 0, the state may grow.' : ''}`,
        ]
      : []),
  ];
}

const isBounded = ({ lo, hi }: Bounds) => lo !== null || hi !== null;
/** A state that flows has a τ of at least 0, or a slope that is certainly above 0. */
const flows = ({ slope, tau }: UnitCertificate) => isBounded(tau) || isBounded(slope);
const mayGrow = (unit: UnitCertificate) => flows(unit) && (unit.slope.hi ?? 1) > 0;

/** A unit's certified time constants; above a slope of 0 they are beyond infinite, which is below 0. */
function tauSaid(unit: UnitCertificate, length: number): string {
  if (!flows(unit)) return '–';
  const { tau, slope } = unit;
  const decays = isBounded(tau) ? interval(times(tau, length)) : slope.lo === 0 ? '∞' : '';
  return [decays, mayGrow(unit) ? '< 0' : ''].filter((part) => part !== '').join(' or ');
}

const times = ({ lo, hi }: Bounds, length: number): Bounds => ({ lo: lo && lo * length, hi: hi && hi * length });
const told = (of: Bounds) => (isBounded(of) ? interval(of) : '–');
/** Whether anything is bounded. */
const tells = ({ units, outputs }: Certificate) =>
  [...units.flatMap(({ range, tau }) => [range, tau]), ...outputs].some(isBounded);

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
  const box = `${interval(between)}, where Theorem 2 would have it,`;
  return leaves === null
    ? `${run}, ${name} stays in ${box.slice(0, -1)}.`
    : `${run}, ${name} leaves ${box} after sample ${leaves}, and ${size.replace(`${name} `, '')}.`;
}

/** The table of bounds: what is certified beside what the theorems say in closed form. */
export const boundsHeader = ['', 'state, certified', 'Theorem 2', 'τ, certified', 'Theorem 1'] as const;
/** Its rows, one a unit, then one an output, unless these are units; none where there is no bound at all. */
export const boundsRows = (
  certificate: Certificate,
  { length }: Inspection['clock'],
): readonly (readonly string[])[] => {
  if (!tells(certificate)) return [];
  const { units, outputs } = certificate;
  const names = unitNames(units);
  const areUnits = outputs.every((range, k) => units[k] && interval(range) === interval(units[k].range));
  return [
    ...units.map((unit, k) => {
      const { range, tau } = unit.theorem;
      return [names[k]!, interval(unit.range), told(range), tauSaid(unit, length), told(times(tau, length))];
    }),
    ...(areUnits ? [] : outputs).map((range, k) => [`output ${k}`, interval(range), '', '', '']),
  ];
};

/** What there is to say of a solver's stability, a paragraph each; `isLongest` where dt is that of data. */
export const stabilitySaid = (
  { verdict, singular, dt }: Stability,
  bounds: ModelBounds,
  isLongest: boolean,
): readonly string[] => [
  `For samples of dt = ${quantity(dt, 3)}${isLongest ? ', the longest along the data' : ''}: ${verdict}.`,
  ...(singular?.reached ? [`Warning: ${singular.message}; more sub-steps, or exponential, would do.`] : []),
  ...('why' in bounds || bounds.holds
    ? []
    : ['This is about the solver alone: without a certificate, states may grow.']),
  'Limits are of sub-step·rate, a rate being −slope: what a state decays at, towards a value that stands still. Below its limit a solver is stable, what decays comes nearer to that value; up to the next it is monotone, it does not overshoot. The last two columns are the sub-steps a sample that are enough.',
];

/** The table of solvers. */
export const stabilityHeader = [
  '',
  'limit',
  'monotone up to',
  'stable',
  'monotone',
  'stable from',
  'monotone from',
] as const;
/** Its rows, one a solver, the model's own first. */
export const stabilityRows = ({ solvers }: Stability): readonly (readonly string[])[] =>
  solvers.map(({ name, limit, monotoneLimit, stable, monotone, enough }) => [
    name,
    ...[limit, monotoneLimit].map((most) => (most === null ? '∞' : quantity(most))),
    ...[stable, monotone].map((is) => (is === null ? 'not known' : is ? 'yes' : 'no')),
    ...[enough.stable, enough.monotone].map((most) => (most === null ? '–' : count(most))),
  ]);

/** The table of time constants. */
export const timeConstantHeader = ['', '', 'least', 'median', 'most'] as const;
/** Its rows, one a unit. */
export const timeConstantRows = ({ state, perUnit }: TimeConstantSeries): readonly (readonly string[])[] =>
  perUnit.map(({ unit, kind, least, median, most }) => [
    `${state}[${unit}]`,
    kind,
    ...[least, median, most].map(signed),
  ]);

/** The table of parameters. */
export const parameterHeader = (parameters: readonly ParameterInspection[]): readonly string[] => [
  ...['', 'shape', 'kept', 'least', 'median', 'most'],
  ...(parameters.some(({ nonFinite }) => nonFinite > 0) ? ['not finite'] : []),
];
/** Its rows, one an array. */
export const parameterRows = (parameters: readonly ParameterInspection[]): readonly (readonly string[])[] =>
  parameters.map(({ constraint, spread, nonFinite, ...slot }) => [
    slot.name,
    shapeSaid(slot),
    constraint,
    ...(spread ? [spread.least, spread.median, spread.most].map(signed) : ['', '', '']),
    ...(parameters.some((each) => each.nonFinite > 0) ? [nonFinite === 0 ? '' : count(nonFinite)] : []),
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

function parts(model: ModelInspection, { data, clock }: Inspection): string[] {
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
      numbers(parameterHeader(model.parameters), parameterRows(model.parameters)),
      'As the equation sees them, after what keeps them in their range.',
    ),
    section(
      titled('Certified bounds'),
      'why' in bounds
        ? remark(whySaid(bounds))
        : boundsSaid(bounds, clock).map(remark).join('') + tableOf(boundsHeader, boundsRows(bounds, clock)),
    ),
    section(
      titled('Stability'),
      'why' in stability
        ? remark(whySaid(stability))
        : stabilitySaid(stability, bounds, data !== undefined)
            .map(remark)
            .join('') + tableOf(stabilityHeader, stabilityRows(stability)),
    ),
    ...(tau === undefined
      ? []
      : [
          section(
            titled('Time constants'),
            'why' in tau ? remark(whySaid(tau)) : tau.map((each) => timeConstantsOf(each, tau.length > 1)).join(''),
            data && along(data),
          ),
        ]),
    ...(memory === undefined
      ? []
      : [section(titled('Memory'), 'why' in memory ? remark(whySaid(memory)) : memoryOf(memory), data && along(data))]),
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

const timeConstantsOf = (of: StateTimeConstants, isNamed: boolean): string =>
  (isNamed ? remark(`Of ${of.state}:`) : '') +
  ('why' in of
    ? remark(whySaid(of))
    : timeConstants(of) + (of.kind === 'infinite' ? '' : numbers(timeConstantHeader, timeConstantRows(of))));

/** A table, unless it is empty. */
const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : numbers(header, rows);

const along = ({ title, notes }: NonNullable<Inspection['data']>): string => `${title}: ${notes.join('; ')}.`;

/** What a share of memory is, in words. */
export const meaningOf = ({ by, units }: MemoryReport): string => {
  const share = by === 'slope' ? 'e^(slope·dt)' : '|∂x′/∂x| of the sample as it runs';
  const growth = units.some(({ most }) => most > 1) ? ' Above 1 it grows.' : '';
  return `The share of itself that each unit keeps over a sample: ${share}, the geometric mean.${growth}`;
};

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
  const chart = figure(bars({ label: 'What each unit keeps of itself', xLabel: 'share', rows }));
  return remark(meaningOf(memory)) + chart + numbers(memoryHeader, memoryRows(memory));
}
