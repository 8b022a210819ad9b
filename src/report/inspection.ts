import type { KernelListing } from '../analysis/kernel-listing.ts';
import type { MemoryReport } from '../analysis/memory-report.ts';
import type { ModelBounds } from '../analysis/network-bounds.ts';
import type { Stability } from '../analysis/stability.ts';
import type { UnitTimeConstant } from '../analysis/time-constants.ts';
import type { SynapseCount } from '../wirings/synapse-counts.ts';
import {
  boundsHeader,
  boundsRows,
  boundsSaid,
  type Clock,
  signed,
  type Unknown,
  unitNames,
  whySaid,
} from './certified-bounds.ts';
import { shapeSaid } from './describe-network.ts';
import { bars } from './figures.ts';
import { equation, figure, folded, header, numbers, page, remark, section } from './page.ts';
import { count, quantity } from './quantity.ts';
import { timeConstants } from './report.ts';
import type { TimeConstantsAlong } from './report-data.ts';
import { type CountedWiring, isWorthDrawing, wiringDrawing } from './wiring-drawing.ts';

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
  readonly clock: Clock;
  /** What else is to be said of the whole, a sentence each. */
  readonly notes: readonly string[];
  /** What was saved beside the network. */
  readonly saved: Readonly<Record<string, unknown>>;
  /** What it was shown, where it was shown something. */
  readonly data?: { readonly title: string; readonly steps: number; readonly notes: readonly string[] };
  /** Its models, in the order in which signals pass them. */
  readonly models: readonly ModelInspection[];
}

/** Time constants of a state along a sequence, and each unit's in numbers, in the same unit of time. */
export type TimeConstantSeries = TimeConstantsAlong & {
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
  readonly wiring: CountedWiring;
  readonly parameters: readonly ParameterInspection[];
  readonly bounds: ModelBounds;
  readonly stability: Stability | Unknown;
  /** Of each state that flows. */
  readonly timeConstants?: readonly StateTimeConstants[] | Unknown;
  readonly memory?: MemoryReport | Unknown;
  readonly kernels?: KernelListing;
}

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
