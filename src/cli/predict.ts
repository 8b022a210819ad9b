import { basename, resolve } from 'node:path';
import { saveFile } from '../files.ts';
import { allowsMissing } from '../model.ts';
import { models } from '../network.ts';
import { predictions } from '../predictor/prediction.ts';
import { sensorsOf } from '../predictor/sensors.ts';
import { program } from '../program.ts';
import type { PredictCommand } from './commands.ts';
import type { Console } from './console.ts';
import { predictionLines } from './prediction-lines.ts';
import { isOther, readSequences, type Sequence } from './read-sequences.ts';
import { filesOf } from './recorded.ts';
import { savedNetwork } from './saved-network.ts';
import { trainingNotes } from './training-notes.ts';
import { usageError } from './usage-error.ts';

/** Predict for every row of files, each of which is a sequence or holds some; what is left out is told to `complain`. Exit code 0. */
export async function predict(command: PredictCommand, io: Console, complain: (text: string) => void): Promise<number> {
  const { model: path, data, more, time, recording, long, out, json } = command;
  for (const input of [path, data, ...more]) {
    if (out !== undefined && resolve(out) === resolve(input))
      throw usageError(`predict: --out "${out}" is what is read; wanted another file`);
  }
  const saved = await savedNetwork(path, 'predict');
  const { model } = saved;
  const notes = trainingNotes(saved.notes);
  const { data: said, outputNames = [] } = notes;
  const { header, recording: noted, long: notedLong, labels } = said ?? {};
  const options = {
    sensors: sensorsOf({ ...model, takesMissing: allowsMissing(models(model)[0]!.model) }, notes, time),
    timeUnit: model.timeUnit,
    header: header && header === 'yes',
    time,
    recording: recording ?? noted,
    long: long ?? notedLong,
    isLongAsked: long !== undefined,
    targets: outputNames,
  };
  const sequences: Sequence[] = [];
  for (const given of [data, ...more]) {
    const files = await filesOf('predict', given);
    let other: string | undefined;
    for (const file of files) {
      if (labels !== undefined && basename(file) === basename(labels) && files.length > 1) continue;
      try {
        sequences.push(...(await readSequences(file, options)));
      } catch (error) {
        // The one file of a folder that has other columns says what the others are.
        if (files.length < 3 || other !== undefined || !isOther(error)) throw error;
        other = file;
      }
    }
  }
  for (const { name, left } of sequences)
    if (left.length > 0)
      complain(
        `rivulet: ${name}: rows left out as in training, because a value of ${outputNames.join(' or ')} is missing: ${left.length}, the first in line ${left[0]}\n`,
      );
  const predicted = predictions(model.outputs, notes);
  const write = predictionLines(json);
  const isMany = sequences.length > 1;
  const { forward } = program(model);
  const text = sequences.flatMap(({ name, steps, x, dt, rows }) => {
    const { outputs } = forward({ batch: 1, steps, x, dt });
    // A readout `last` answers once, after the last row.
    const answers = outputs.length / model.outputs;
    return Array.from({ length: answers }, (_, k) => {
      const { time, line, from } = rows[steps - answers + k]!;
      return write(time, line, predicted(outputs, k, from), isMany ? name : undefined);
    });
  });
  if (out === undefined) io.out(text.join(''));
  else {
    await saveFile(out, text.join(''));
    io.out(`${out}\n`);
  }
  return 0;
}
