import { parseNumber } from '../formats/csv-columns.ts';
import type { Prediction } from '../predictor/prediction.ts';
import { csvRow } from './csv-row.ts';

/** What writes predictions, a line each: JSON, or CSV with a header. `time` is that of the row as it stands there, or else `line` its line; `recording` is told where there are several. */
export function predictionLines(json: boolean) {
  let isBegun = false;
  return (time: string | undefined, line: number, prediction: Prediction, recording?: string): string => {
    const of = recording === undefined ? {} : { recording };
    if (json) {
      const key = { ...of, ...(time === undefined ? { line } : { time: parseNumber(time) ?? time }) };
      return `${JSON.stringify({ ...key, ...prediction })}\n`;
    }
    const row = Object.values(prediction).flatMap((value) =>
      typeof value === 'string' ? value : Object.values(value).map(String),
    );
    const header = isBegun
      ? ''
      : `${csvRow([...Object.keys(of), time === undefined ? 'line' : 'time', ...columnsOf(prediction)])}\n`;
    isBegun = true;
    return `${header}${csvRow([...Object.values(of), time ?? String(line), ...row])}\n`;
  };
}

/** `predicted_warm`, `deviation_warm`; `class`, `probability_empty` and so on. */
const columnsOf = (prediction: Prediction): readonly string[] =>
  Object.entries(prediction).flatMap(([what, value]) =>
    typeof value === 'string' ? what : Object.keys(value).map((name) => `${what}_${name}`),
  );
