import { once } from 'node:events';
import { addAbortSignal, type Readable, type Writable } from 'node:stream';
import { predictor } from '../predictor.ts';
import { program } from '../program.ts';
import { count } from '../report/quantity.ts';
import type { StreamCommand } from './commands.ts';
import type { Console } from './console.ts';
import { lineReader } from './line-reader.ts';
import { predictionLines } from './prediction-lines.ts';
import { printable } from './printable.ts';
import { savedNetwork } from './saved-network.ts';
import { stateFile } from './state-file.ts';
import { longestLine, type TextLine, textLines } from './text-lines.ts';

/** Where lines come from and predictions go. */
export interface Pipe {
  readonly stdin: Readable;
  readonly stdout: Writable;
}

/**
 * Answer lines as they come, until they end, the console's signal ends them or nobody reads any more. Bad lines are told to `complain`
 * and change nothing. Exit code 0, or 1 when no line was good.
 */
export async function stream(
  { model: path, time, json, state: statePath, saveEvery }: StreamCommand,
  { signal: interrupt }: Console,
  complain: (text: string) => void,
  { stdin, stdout }: Pipe,
): Promise<number> {
  const saved = await savedNetwork(path, 'stream');
  const open = predictor(program(saved.model).stream(), saved.notes, { time });
  const file = statePath === undefined ? undefined : stateFile(statePath, saved);
  const before = await file?.read();
  if (before) open.restore(before);
  const reader = lineReader(open.sensors, 'stdin', before?.header);
  const written = predictionLines(json);

  let good = 0;
  let bad = 0;
  /** Bad lines since the last good one. */
  let inRow = 0;
  const tellRest = () => {
    if (inRow > told) complain(`rivulet: ${count(inRow - told)} more bad lines were left out\n`);
    inRow = 0;
  };
  const answer = ({ number, text }: TextLine): string => {
    try {
      if (text === undefined) throw new Error(`stdin:${number}: more than ${longestLine} characters`);
      const said = reader.read(text, number);
      if (said === undefined) return '';
      const { time, values } = said;
      const prediction = within(number, () => (values ? open.push(values, time) : open.predictAt(time)));
      good++;
      tellRest();
      return written(time?.join(' '), number, prediction);
    } catch (error) {
      bad++;
      inRow++;
      if (inRow <= told) complain(`rivulet: ${(error as Error).message}; the line is left out\n`);
      if (inRow === told)
        complain(
          `rivulet: ${told} bad lines and no good one between; more are counted, and told when a good one comes\n`,
        );
      return '';
    }
  };

  const left = new AbortController();
  const leave = (error: NodeJS.ErrnoException) => {
    // A reader that goes away is an end as good as any.
    if (error.code === 'EPIPE') left.abort();
  };
  stdout.on('error', leave);
  const signal = AbortSignal.any([interrupt, left.signal]);
  let savedAt = performance.now();
  const save = async () => {
    const { header } = reader;
    await file?.write({ ...open.state, ...(header ? { header } : {}) });
    savedAt = performance.now();
  };
  await save();
  try {
    for await (const lines of textLines(addAbortSignal(signal, stdin))) {
      const text = lines.map(answer).join('');
      if (text !== '') stdout.write('isTTY' in stdout && stdout.isTTY ? printable(text) : text);
      if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal });
      if (performance.now() - savedAt >= saveEvery * 1000) await save();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  tellRest();
  await save();
  stdout.off('error', leave);
  return bad > 0 && good === 0 ? 1 : 0;
}

/** Bad lines without a good one between that are told one by one: a wrong header, or a file of another form, makes every line a bad one. */
const told = 10;

/** What is refused with the number of its line. */
function within<T>(line: number, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw new Error(`stdin:${line}: ${(error as Error).message.replace(/^(push|predictAt): /, '')}`, { cause: error });
  }
}
