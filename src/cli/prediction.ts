import { inUnits } from '../datasets/scale.ts';
import { parseNumber } from '../formats/csv-columns.ts';
import type { SavedModel } from '../formats/model-file.ts';
import { targetWidth } from '../losses/loss.ts';
import { csvRow } from './csv-row.ts';
import { lossOf } from './fitting.ts';
import { probability } from './probability.ts';
import { type TrainingNotes, trainingNotes } from './training-notes.ts';

/** What a network says of one row: numbers in the target's own units, with their standard deviations where it states them, or a class. */
export type Prediction =
  | { readonly predicted: Numbers; readonly deviation?: Numbers }
  | { readonly class: string; readonly probability: Numbers };
type Numbers = Readonly<Record<string, number>>;

/** The loss that a saved network was trained by; where nothing was noted, what is usual. */
export const notedLoss = ({ loss, classes }: TrainingNotes) =>
  lossOf(loss ?? (classes ? 'cross-entropy' : 'mse'), classes);

/** What reads row number `row` of a saved network's outputs; forecasts of a change are of it from `present`. */
export function predictions({
  model,
  notes,
}: SavedModel): (outputs: ArrayLike<number>, row: number, present?: number) => Prediction {
  const noted = trainingNotes(notes);
  const { classes, targetScaler } = noted;
  const n = model.outputs;
  const loss = notedLoss(noted);
  const width = classes ? n : targetWidth(loss, n);
  const names = classes ?? noted.outputNames ?? Array.from({ length: width }, (_, k) => `output${k + 1}`);
  for (const { length } of [names, ...(targetScaler ? [targetScaler.mean, targetScaler.deviation] : [])]) {
    if (length !== width)
      throw new Error(`the network's file notes ${length} outputs, or scales so many, but the network has ${width}`);
  }
  const numbers = (of: (k: number) => number): Numbers => Object.fromEntries(names.map((name, k) => [name, of(k)]));
  if (classes)
    return (outputs, row) => {
      let best = 0;
      for (let k = 1; k < n; k++) if (outputs[row * n + k]! > outputs[row * n + best]!) best = k;
      return { class: classes[best]!, probability: numbers((k) => probability(outputs, row * n, n, k)) };
    };
  return (outputs, row, present = 0) => ({
    predicted: numbers((k) => present + inUnits(outputs[row * n + k]!, k, targetScaler)),
    ...(loss.deviation
      ? { deviation: numbers((k) => loss.deviation!(outputs, row, n, k) * (targetScaler?.deviation[k] ?? 1)) }
      : {}),
  });
}

/** What writes predictions, a line each: JSON, or CSV with a header. `time` is that of the row as it stands there, or else `line` its line. */
export function predictionLines(json: boolean) {
  let isBegun = false;
  return (time: string | undefined, line: number, prediction: Prediction): string => {
    if (json) {
      const key = time === undefined ? { line } : { time: parseNumber(time) ?? time };
      return `${JSON.stringify({ ...key, ...prediction })}\n`;
    }
    const columns = Object.entries(prediction).flatMap(([what, value]) =>
      typeof value === 'string'
        ? [[what, value] as const]
        : Object.entries(value).map(([name, value]) => [`${what}_${name}`, String(value)] as const),
    );
    const header = isBegun
      ? ''
      : `${csvRow([time === undefined ? 'line' : 'time', ...columns.map(([name]) => name)])}\n`;
    isBegun = true;
    return `${header}${csvRow([time ?? String(line), ...columns.map(([, value]) => value)])}\n`;
  };
}
