import { memoryReport } from '../analysis/memory-report.ts';
import { timeConstants } from '../analysis/time-constants.ts';
import { hasFlow } from '../cells/cell.ts';
import type { Model } from '../model.ts';
import type { Network } from '../network.ts';
import { layersOf } from '../report/describe-network.ts';
import type { ReportData, StateMemory } from '../report/report-data.ts';
import type { Labelled } from '../sequences.ts';
import { beginning } from './beginning.ts';

/** When the steps of a sequence were, as figures name it, and the seconds in one unit of dt. */
interface Clock {
  readonly times: Float64Array;
  readonly timeLabel: string;
  readonly timeUnit: number;
}

/**
 * What a report says of how a network forgets along a sequence: the time constants of its first model, or, where that forgets by jumps alone, how
 * much of its past it keeps over a sample.
 */
export function dynamics(
  net: Network,
  stretch: Labelled,
  { times, timeLabel, timeUnit }: Clock,
): Pick<ReportData, 'timeConstants' | 'memory'> {
  const { name, model } = layersOf(net)[0]!;
  const of = name === '' ? '' : `Of the first model, ${name}. `;
  if (!hasFlow(model.cell)) {
    const why = `${of}This cell has no flow, so no time constants: it jumps from sample to sample.`;
    return { memory: memory(model, stretch, why) };
  }
  const jumps = model.cell.equation.lines.some(({ left }) => left.kind === 'jump');
  const { tau, kind } = timeConstants(model, stretch);
  if (kind === 'infinite' && jumps) {
    const why = `${of}The flow of this cell has no part that is proportional to its own state, so no time constants: it forgets by its jumps.`;
    return { memory: memory(model, stretch, why) };
  }
  const note = `${of}${jumps ? 'Between samples; at each sample, the state jumps besides.' : ''}`.trim();
  const seconds = stretch.dt === undefined ? 1 : timeUnit;
  return {
    timeConstants: {
      kind,
      tau: tau.map((value) => value * seconds),
      steps: stretch.steps,
      units: model.connections.units,
      times: times.subarray(0, stretch.steps),
      timeLabel,
      unit: stretch.dt === undefined ? 'steps' : 'seconds',
      ...(note === '' ? {} : { note }),
    },
  };
}

/** Samples that memory is measured over. */
const samples = 300;

/** The memory of a model state by state, or why it is not known. */
function memory(model: Model, stretch: Labelled, why: string): NonNullable<ReportData['memory']> {
  const isHeld = model.missing === 'hold';
  if (isHeld || model.interpolation === 'linear') {
    const where = isHeld ? 'missing inputs are held' : 'the input before a sample counts too';
    return { note: `${why} What it keeps over a sample is not measured where ${where}.`, states: [] };
  }
  const { units } = memoryReport(model, beginning(stretch, samples));
  const states = Object.keys(model.cell.states).map((state): StateMemory => {
    const kept = Float64Array.from(units.filter((unit) => unit.state === state).map((unit) => unit.kept)).sort();
    const at = (share: number) => kept[Math.round(share * (kept.length - 1))]!;
    return { state, units: kept.length, least: at(0), median: at(0.5), most: at(1) };
  });
  return {
    note: `${why} The share of itself that each unit keeps over a sample (the diagonal of the Jacobian ∂x′/∂x, along a test recording):`,
    states,
  };
}
