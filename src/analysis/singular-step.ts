import type { UnitCertificate } from '../certificates/certify.ts';
import { bounds } from '../certificates/closed-forms.ts';
import { reals } from '../certificates/interval.ts';
import { slopeOf } from '../certificates/pull.ts';
import { everywhere, seenInputs, systemOf } from '../certificates/system.ts';
import { interning } from '../expression/node.ts';
import type { Model } from '../model.ts';
import { gains } from './gains.ts';

/** Bounds of the slope of one entry of a state; null where there is none. */
export type UnitSlope = Pick<UnitCertificate, 'state' | 'unit' | 'slope'>;

/** Where a step would be a division by zero. */
export interface SingularStep {
  readonly message: string;
  /** The entry of a state whose slope may be largest. */
  readonly state: string;
  readonly unit: number;
  /** The shortest sub-step, in units of dt, at which 1 − sub-step·slope may be 0; 0 where the slope has no bound. */
  readonly step: number;
}

/**
 * The sub-step from which on a model's solver may divide by zero, where it divides by 1 − sub-step·slope, as the fused one does, and a
 * slope may be positive. `slopes` are by default those of all states and inputs there are. Throws where the flow is not affine in its
 * own state.
 */
export function singularStep(
  model: Model,
  slopes: readonly UnitSlope[] = slopesAnywhere(model),
): SingularStep | undefined {
  const { solver } = model;
  // Asked of its step: it has no end where step·slope = 1. A driven solver says by itself when it finds no step.
  if (solver.drive || Number.isFinite(gains(solver)([1])[0])) return undefined;
  const most = ({ slope }: UnitSlope) => slope.hi ?? Number.POSITIVE_INFINITY;
  const steepest = slopes.reduce((a, b) => (most(b) > most(a) ? b : a));
  const { state, unit } = steepest;
  const slope = most(steepest);
  if (!(slope > 0)) return undefined;
  const step = 1 / slope;
  const reached =
    step > 0
      ? `may be as large as ${short(slope)}: at a sub-step of ${short(step)} that is 0`
      : 'has no upper bound: that may be 0 at any sub-step';
  return {
    message: `${solver.name} divides by 1 − sub-step·slope, and the slope of ${state}[${unit}] ${reached}`,
    state,
    unit,
    step,
  };
}

/** The slopes of all states that flow, whatever the states and the inputs. */
function slopesAnywhere(model: Model): UnitSlope[] {
  return interning(() => {
    const system = systemOf(model);
    const inputs = Array.from({ length: model.inputs }, () => reals);
    const image = system.image(everywhere(system), seenInputs(model, inputs));
    return [...system.flowing].flatMap((state) =>
      image.pulls(state).map((pulls, unit) => ({ state, unit, slope: bounds(slopeOf(pulls)) })),
    );
  });
}

/** A number as a sentence has it. */
export const short = (value: number): string => String(Number(value.toPrecision(3)));
