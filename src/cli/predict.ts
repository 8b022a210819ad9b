import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readRows } from '../formats/csv.ts';
import { allowsMissing } from '../model.ts';
import { models } from '../network.ts';
import { predictions } from '../predictor/prediction.ts';
import {
  type Columns,
  changesFrom,
  columnsOf,
  readingOf,
  type Sensors,
  sampleOf,
  sensorsOf,
  unnamedColumns,
} from '../predictor/sensors.ts';
import { program } from '../program.ts';
import { quantity } from '../report/quantity.ts';
import type { PredictCommand } from './commands.ts';
import type { Console } from './console.ts';
import { predictionLines } from './prediction-lines.ts';
import { endingOf } from './read-tables.ts';
import { readText } from './read-text.ts';
import { saveFile } from './save-file.ts';
import { savedNetwork } from './saved-network.ts';
import { trainingNotes } from './training-notes.ts';
import { usageError } from './usage-error.ts';

/** Predict for every row of a file, which is one sequence. Exit code 0. */
export async function predict({ model: path, data, time, out, json }: PredictCommand, io: Console): Promise<number> {
  for (const input of [path, data]) {
    if (out !== undefined && resolve(out) === resolve(input))
      throw usageError(`predict: --out "${out}" is what is read; wanted another file`);
  }
  const saved = await savedNetwork(path, 'predict');
  const { model } = saved;
  const noted = trainingNotes(saved.notes);
  const sensors = sensorsOf({ ...model, takesMissing: allowsMissing(models(model)[0]!.model) }, noted, time);
  const { header } = noted.data ?? {};
  const { names, isNamed, rows, hasCommas } = readRows(await fileText(data), {
    name: data,
    ...(header ? { header: header === 'yes' } : {}),
  });
  if (rows.length === 0) throw new Error(`${data}: no rows below the header`);
  const columns = columnsIn(sensors, { data, time, names, isNamed });

  const readings = rows.map(({ fields }) => readingOf(sensors, columns, fields, hasCommas));
  const x = new Float64Array(rows.length * model.inputs);
  const dt = new Float64Array(rows.length).fill(1);
  const from = new Float64Array(rows.length);
  let before: number | undefined;
  let present: number | undefined;
  for (const [row, reading] of readings.entries()) {
    try {
      const sample = sampleOf(sensors, reading);
      x.set(sample.x, row * model.inputs);
      from[row] = changesFrom(sensors, present, sample.present);
      present = from[row];
      const { seconds } = sample;
      if (seconds !== undefined && before !== undefined) {
        if (seconds < before)
          throw new Error(
            `column "${sensors.time.join(', ')}" goes back in time by ${quantity(before - seconds)} s; wanted rows in order of time`,
          );
        dt[row] = (seconds - before) / model.timeUnit;
      }
      before = seconds;
    } catch (error) {
      throw new Error(`${data}:${rows[row]!.line}: ${(error as Error).message}`, { cause: error });
    }
  }
  const { outputs } = program(model).forward({ batch: 1, steps: rows.length, x, dt });
  const predicted = predictions(model.outputs, noted);
  const write = predictionLines(json);
  // A readout `last` answers once, after the last row.
  const answers = outputs.length / model.outputs;
  const text = Array.from({ length: answers }, (_, k) => {
    const row = rows.length - answers + k;
    return write(readings[row]!.time?.join(' '), rows[row]!.line, predicted(outputs, k, from[row]));
  }).join('');
  if (out === undefined) io.out(text);
  else {
    await saveFile(out, text);
    io.out(`${out}\n`);
  }
  return 0;
}

/** The text of a CSV file, packed or not. */
async function fileText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw usageError(`predict: there is no file "${path}"`);
  if (found.isDirectory())
    throw usageError(`predict: "${path}" is a folder; wanted a CSV file, which is one recording`);
  const ending = endingOf(path);
  if (ending === '.ts' || ending === '.npy' || ending === '.npz')
    throw usageError(`predict: "${path}" ends in ${ending}; wanted a CSV file, which is one recording`);
  let text = '';
  for await (const piece of readText(path, path, () => {})) text += piece;
  return text;
}

function columnsIn(
  sensors: Sensors,
  {
    data,
    time,
    names,
    isNamed,
  }: Pick<PredictCommand, 'data' | 'time'> & { names: readonly string[]; isNamed: boolean },
): Columns {
  const lacking = time?.find((name) => !names.includes(name));
  if (lacking !== undefined)
    throw usageError(`predict: --time "${lacking}" is no column of ${data}; it has ${names.join(', ')}`);
  try {
    return isNamed ? columnsOf(sensors, names) : unnamedColumns(sensors, names.length);
  } catch (error) {
    throw new Error(`${data}: ${(error as Error).message}`, { cause: error });
  }
}
