import type { Bounds, Certificate, UnitCertificate } from '../certificates/certify.ts';
import { quantity } from './quantity.ts';

/** Why something cannot be said. */
export interface Unknown {
  readonly why: string;
}

/** What time constants are told in, and how long dt = 1 is in it: steps where there are data without times. */
export interface Clock {
  readonly unit: 'seconds' | 'steps';
  readonly length: number;
}

/** A number in about four digits, with a minus sign. */
export const signed = (value: number): string => quantity(value).replace(/^-/, '−');

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
export function boundsSaid(certificate: Certificate, { unit }: Clock): readonly string[] {
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
export const boundsRows = (certificate: Certificate, { length }: Clock): readonly (readonly string[])[] => {
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
