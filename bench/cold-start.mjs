import { join } from 'node:path';
import { shapes } from './cases.mjs';
import { start } from './contestant.mjs';
import { summary } from './statistics.mjs';
import { spread } from './tables.mjs';

const script = join(import.meta.dirname, 'first-step.mjs');

/** What a process says first, and the milliseconds from its start until then. */
async function timed(what, shape) {
  const began = performance.now();
  const { ready, close } = await start(process.execPath, [script, what, JSON.stringify(shape)]);
  const took = performance.now() - began;
  await close();
  return { ...ready, took };
}

/** Time what comes before the first answer: processes of their own, in turn. */
export async function measureColdStart({ options: { only, quick }, note }) {
  const asked = ['A32', 'N19', 'B64', 'C128'].filter((shape) => only.test(`cold start LTC ${shape}`));
  if (asked.length === 0) return undefined;
  note('cold start');
  const whats = ['nothing', 'stream', 'train', 'compile'];
  const found = new Map(asked.flatMap((shape) => whats.map((what) => [`${what} ${shape}`, []])));
  for (let round = 0; round < (quick ? 4 : 10); round++) {
    for (const shape of asked)
      for (const what of whats) {
        const sample = await timed(what, shapes[shape]);
        if (round > 0) found.get(`${what} ${shape}`).push(sample); // the first round finds files that are not in memory yet
      }
  }
  const of = (what, shape, field) => summary(found.get(`${what} ${shape}`).map((sample) => sample[field]));
  const rows = asked.map((shape) => ({
    race: 'cold start',
    case: `LTC ${shape}`,
    node: of('nothing', shape, 'took'),
    stream: of('stream', shape, 'took'),
    train: of('train', shape, 'took'),
    infer: of('compile', shape, 'infer'),
    learn: of('compile', shape, 'learn'),
    again: of('compile', shape, 'again'),
  }));
  return {
    title: 'Cold start',
    about:
      'From the start of the process to Node alone, to the first answer of a stream, to the end of the first training step; then a model of our own compiled to the first answer of a sequence of one step, in a fresh process: inference, training after that, training once more; ms.',
    rows,
    columns: [
      ['case', (row) => row.case],
      ['Node alone', (row) => spread(row.node)],
      ['first streaming answer', (row) => spread(row.stream)],
      ['first training step', (row) => spread(row.train)],
      ['compile inference', (row) => spread(row.infer)],
      ['compile training', (row) => spread(row.learn)],
      ['again', (row) => spread(row.again)],
    ],
  };
}
