import { mapPart, type Part, type PartName } from './divide.ts';

/** Which numbers of a recording a scaler is about. */
export type Scaled = 'features' | 'target';

/** What is taken off and divided by, number by number of a row, so that they have mean 0 and standard deviation 1. */
export interface Scaler {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** Mean and population standard deviation over all rows of the training part, NaN left out; a number that never changes is divided by 1. */
export function fitScaler(train: Part<'train'>, of: Scaled = 'features'): Scaler {
  const width = widthOf(train, of);
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let column = 0; column < width; column++) {
    const average = (value: (entry: number) => number): number => {
      let sum = 0;
      let count = 0;
      for (const recording of train.recordings) {
        const rows = recording[of];
        for (let at = column; at < rows.length; at += width) {
          if (Number.isNaN(rows[at])) continue;
          sum += value(rows[at]!);
          count++;
        }
      }
      return count === 0 ? 0 : sum / count;
    };
    const middle = average((entry) => entry);
    mean.push(middle);
    deviation.push(Math.sqrt(average((entry) => (entry - middle) ** 2)) || 1);
  }
  return { mean, deviation };
}

/** Number `k` of a row, standardised; as it is without a scaler. */
export const standardised = (value: number, k: number, scaler: Scaler | undefined): number =>
  scaler ? (value - scaler.mean[k]!) / scaler.deviation[k]! : value;

/** Number `k` of a row that was standardised, in its own units again. */
export const inUnits = (value: number, k: number, scaler: Scaler | undefined): number =>
  scaler ? value * scaler.deviation[k]! + scaler.mean[k]! : value;

/** The same part standardised: (value − mean) / deviation. */
export function scale<Name extends PartName>(part: Part<Name>, scaler: Scaler, of: Scaled = 'features'): Part<Name> {
  const width = scaler.mean.length;
  return mapPart(part, (recording) => {
    const given = of === 'features' ? recording.inputs : recording.outputs;
    if (given !== width) {
      throw new Error(`scale: recording "${recording.name}" has ${given} ${of} a row, the scaler has ${width}`);
    }
    return { ...recording, [of]: recording[of].map((value, at) => standardised(value, at % width, scaler)) };
  });
}

function widthOf(part: Part, of: Scaled): number {
  const first = part.recordings[0]!;
  return of === 'features' ? first.inputs : first.outputs;
}
