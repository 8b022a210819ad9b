import { join } from 'node:path';
import { caseOf, part, synapseTurns, writeCase } from './cases.mjs';
import { admit, checkAgainstOracle, ours } from './contestants.mjs';
import { race } from './race.mjs';
import { quantile, summary } from './statistics.mjs';
import { digits, spread } from './tables.mjs';

const middle = { units: 32, inputs: 8, batch: 16, steps: 16 };
const growing = (axis, sizes, more = () => ({})) =>
  sizes.map((size) => [size, { ...middle, [axis]: size, ...more(size) }]);

/** Each curve: what grows, and the sizes of each point. */
const curves = {
  'units, dense': growing('units', [8, 16, 32, 64, 128, 256, 512]),
  'units, AutoNCP': growing('units', [8, 16, 32, 64, 128, 256, 512], (units) => ({ outputs: units / 8 })),
  batch: growing('batch', [1, 2, 4, 8, 9, 16, 24, 32, 64, 128, 256]),
  steps: growing('steps', [1, 4, 16, 64, 256, 1024]),
  'sub-steps': growing('unfolds', [1, 2, 3, 6, 12, 24, 48]),
};

/** A training step's time for each synapse that it computes, over every axis: a flat curve is cost that follows the work. */
export async function measureScaling({ options: { only, quick }, folder, note }) {
  const rows = [];
  for (const [title, points] of Object.entries(curves)) {
    if (!only.test(`scaling ${title}`)) continue;
    note(`scaling ${title}`);
    const cases = points
      .filter((_, k) => !quick || k % 3 === 0)
      .map(([size, sizes]) => [size, caseOf('ltc', `${title} ${size}`, sizes)]);
    const running = [];
    for (const [size, of] of cases) {
      await checkAgainstOracle([ours('rivulet')], writeCase(join(folder, 'part'), part(of, 300_000)));
      const [{ contestant, failed }] = await admit([ours('rivulet')], writeCase(join(folder, `${size}`), of));
      if (!contestant) throw new Error(`scaling ${title} ${size}: ${failed}`);
      running.push(contestant);
    }
    const times = await race(running, 'step', { rounds: quick ? 5 : 9, warm: 300, turn: 40, budget: 3000 });
    for (const contestant of running) await contestant.close();
    const own = cases.map(([size, of], k) => {
      const { rounds } = times[k];
      // Of the calmest round: a busy machine adds to a time and never takes away, and adds most to what is short.
      const calm = Math.min(...rounds.map((round) => quantile(round, 0.5)));
      const synapses = synapseTurns(of);
      const nanoseconds = (calm * 1e6) / synapses;
      return { race: 'scaling', case: title, size, synapses, ms: summary(rounds.flat()), nanoseconds };
    });
    const least = Math.min(...own.map(({ nanoseconds }) => nanoseconds));
    rows.push(...own.map((row) => ({ ...row, ofLeast: row.nanoseconds / least })));
  }
  if (rows.length === 0) return undefined;
  return {
    title: 'Scaling',
    about:
      'A training step of the LTC of 32 units, 8 inputs, batch 16, 16 steps and 6 sub-steps, with one size changed. The time of the calmest round is also given for each synapse computed (those between units at every sub-step, those from the inputs at every step, in every sequence), and that as a multiple of the least of its curve.',
    rows,
    columns: [
      ['what grows', (row) => (row === rows.find((other) => other.case === row.case) ? row.case : '')],
      ['to', (row) => row.size],
      ['synapses computed', (row) => row.synapses.toExponential(2)],
      ['ms (quartiles)', (row) => spread(row.ms)],
      ['ns a synapse', (row) => digits(row.nanoseconds)],
      ['× the least', (row) => digits(row.ofLeast)],
    ],
  };
}
