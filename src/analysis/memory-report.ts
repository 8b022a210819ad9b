import { slope } from '../compiler/observation.ts';
import type { Model } from '../model.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/** How much of its own past one entry of a state keeps. */
export interface UnitMemory {
  readonly state: string;
  /** Its number within the state. */
  readonly unit: number;
  /** The share kept over a sample, 0 to 1 where the unit is stable: the geometric mean, so that `kept ** n` is left after n samples. */
  readonly kept: number;
  /** The share kept over the sample that keeps least. */
  readonly least: number;
  /** The share kept over the sample that keeps most. */
  readonly most: number;
  /** Samples until half is left; infinite where nothing is lost. */
  readonly halfLife: number;
}

/** The memory of a model along some sequences. */
export interface MemoryReport {
  /** What a share is: e^(slope·dt) of the flow itself; or, where there are jumps, |∂x'/∂x| of a whole sample as the model runs it. */
  readonly by: 'slope' | 'jacobian';
  readonly units: readonly UnitMemory[];
}

/**
 * How much of its own past each unit keeps per sample, at the states that some sequences lead to. Cells of one flow are judged by its slope,
 * which has to be affine in its state; all others by the diagonal of the Jacobian of a sample, from central differences, which takes
 * two runs for each entry of a state. Throws for those others where a sample depends on more than its state, input and dt.
 */
export function memoryReport(model: Model, sequences: Sequences): MemoryReport {
  const { cell, sizes } = model;
  const states = Object.entries(cell.states).flatMap(([state, axes]) =>
    Array.from({ length: axes.reduce((size, axis) => size * sizes[axis]!, 1) }, (_, unit) => ({ state, unit })),
  );
  const isFlow = Object.keys(cell.states).length === 1 && cell.equation.lines.every(({ left }) => left.kind !== 'jump');
  if (samplesOf(sequences).length === 0)
    throw new Error('memoryReport: no sample of the sequences exists; all are masked');
  const shares = isFlow ? bySlope(model, sequences) : byJacobian(model, sequences, states.length);
  return {
    by: isFlow ? 'slope' : 'jacobian',
    units: states.map((entry, s) => {
      const own = shares.map((sample) => sample[s]!);
      const loss = own.reduce((sum, share) => sum - Math.log(share), 0) / own.length;
      return {
        ...entry,
        kept: Math.exp(-loss),
        least: own.reduce((a, b) => Math.min(a, b)),
        most: own.reduce((a, b) => Math.max(a, b)),
        halfLife: loss > 0 ? Math.LN2 / loss : Number.POSITIVE_INFINITY,
      };
    }),
  };
}

/** Places of the samples that exist. */
const samplesOf = ({ batch, steps, mask }: Sequences): number[] =>
  Array.from({ length: batch * steps }, (_, at) => at).filter((at) => mask?.[at] !== 0);

/** What each unit keeps over each sample, by its flow. */
function bySlope(model: Model, sequences: Sequences): Float64Array[] {
  const { outputs } = program(model, { observe: slope(), precision: 'float64' }).forward(sequences);
  const units = outputs.length / (sequences.batch * sequences.steps);
  return samplesOf(sequences).map((at) =>
    Float64Array.from(outputs.subarray(at * units, (at + 1) * units), (slope) =>
      Math.exp(slope * (sequences.dt?.[at] ?? 1)),
    ),
  );
}

/** What each entry of the states keeps over each sample, by differences about the states that the sequences lead to. */
function byJacobian(model: Model, sequences: Sequences, width: number): Float64Array[] {
  const { steps, x, dt, initial } = sequences;
  const samples = samplesOf(sequences);
  const inputs = (at: number) => Array.from({ length: model.inputs }, (_, k) => x[at * model.inputs + k]!);
  const more = (reason: string): never => {
    throw new Error(`memoryReport: a sample depends on more than its state, input and dt: ${reason}`);
  };
  if (model.interpolation === 'linear') more('interpolation is "linear"');
  if (model.cell.checked.usesTime) more(`cell "${model.cell.name}" reads the time`);
  if (model.missing === 'hold') more('missing inputs are held');

  const run = program(model, { precision: 'float64' });
  const { states } = run.forward(sequences, { states: true });
  /** The state before a sample: after the one before it, masked or not, or the initial one. */
  const before = (at: number) =>
    Array.from({ length: width }, (_, s) =>
      at % steps > 0 ? states![(at - 1) * width + s]! : (initial?.[(at / steps) * width + s] ?? 0),
    );
  const alone = { batch: samples.length, steps: 1, x: samples.flatMap(inputs), dt: samples.map((at) => dt?.[at] ?? 1) };
  const start = samples.flatMap(before);
  const shares = samples.map(() => new Float64Array(width));
  for (let s = 0; s < width; s++) {
    const moved = (by: number) =>
      run.forward({ ...alone, initial: start.map((value, k) => (k % width === s ? value + by : value)) }).final;
    // The cube root of the rounding of float64 balances rounding and curvature.
    const [above, below] = [moved(6e-6), moved(-6e-6)];
    shares.forEach((share, k) => {
      share[s] = Math.abs(above[k * width + s]! - below[k * width + s]!) / 1.2e-5;
    });
  }
  return shares;
}
