import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { caseOf, part, writeCase } from './cases.mjs';
import { admit, checkAgainstOracle, ours, peersFor } from './contestants.mjs';
import { hasty, race, usual } from './race.mjs';
import { ratio, summary } from './statistics.mjs';
import { spread, times } from './tables.mjs';

/** Synapses of what the oracle, an interpreter, is asked: seconds of its time. */
const oraclePart = 1_500_000;

const all = ['ltc', 'cfc', 'cfc-pure', 'lstm', 'gru'];
const four = ['A32', 'N19', 'B64', 'C128'];
/** @typedef {{ title: string, verb: 'step' | 'forward' | 'stream', unit: 'ms' | 'µs', about: string, cases: readonly (readonly [string, string])[] }} Race */

/** What is raced: each case is a model and a shape. @type {Record<string, Race>} */
export const races = {
  training: {
    title: 'Training step',
    verb: 'step',
    unit: 'ms',
    about: 'Forward, mean square of all outputs, backward, Adam; ms.',
    cases: all.flatMap((model) => four.map((shape) => [model, shape])),
  },
  forward: {
    title: 'Forward pass',
    verb: 'forward',
    unit: 'ms',
    about: 'Without keeping what a backward pass needs; ms.',
    cases: all.map((model) => [model, 'A32']),
  },
  inference: {
    title: 'Batch inference',
    verb: 'forward',
    unit: 'ms',
    about: '256 sequences of 64 steps at 32 units; ms.',
    cases: ['ltc', 'cfc', 'lstm'].map((model) => [model, 'I32']),
  },
  streaming: {
    title: 'Streaming',
    verb: 'stream',
    unit: 'µs',
    about: 'One sequence, one sample a call; µs a sample, p50.',
    cases: [...four.map((shape) => ['ltc', shape]), ...all.slice(1).map((model) => [model, 'A32'])],
  },
};

/** The cases that `--quick` leaves. */
const isQuick = ([model, shape]) =>
  model === 'ltc' ? shape !== 'B64' && shape !== 'C128' : shape === 'A32' || shape === 'I32';

/** The cases of a race that the options ask for. */
export const casesOf = (name, { only, quick }) =>
  races[name].cases
    .filter((each) => !quick || isQuick(each))
    .map(([model, shape]) => caseOf(model, shape))
    .filter((each) => only.test(`${name} ${each.name}`));

/** Race entrants on one case, the first being what the others are compared with; one row each. */
export async function raceOn(name, of, entrants, { folder, options }) {
  const admitted = await admit(entrants, writeCase(join(folder, 'case'), of));
  const running = admitted.filter(({ contestant }) => contestant);
  const results = await race(
    running.map(({ contestant }) => contestant),
    races[name].verb,
    options.quick ? hasty : usual,
  );
  running.forEach((entry, k) => {
    Object.assign(entry, results[k]);
  });
  for (const { contestant } of running) await contestant.close();
  rmSync(join(folder, 'case'), { recursive: true });
  return admitted.map(({ contestant, ...entry }) => ({
    race: name,
    case: of.name,
    ...entry,
    ...(entry.rounds?.length > 0 && { ms: summary(entry.rounds.flat()) }),
  }));
}

/** The rows of some race without the samples of their rounds, each with its ratio to those of other rows of its case. */
export function compared(rows, references) {
  return rows.map(({ rounds, ...row }) => ({
    ...row,
    ratios: Object.fromEntries(
      Object.entries(references).flatMap(([title, isReference]) => {
        const reference = rows.find((other) => isReference(other) && other.rounds);
        return rounds && reference && reference.rounds !== rounds ? [[title, ratio(rounds, reference.rounds)]] : [];
      }),
    ),
  }));
}

/** The table of a race's rows. */
export function raceTable(name, rows, references, more = []) {
  const { title, about, unit } = races[name];
  const factor = unit === 'µs' ? 1000 : 1;
  const absent = new Map(rows.flatMap(({ name, missing }) => (missing === undefined ? [] : [[name, missing]])));
  const versions = Object.assign({}, ...rows.map((row) => row.versions));
  const shown = rows.filter(({ ms, failed }) => ms || failed !== undefined);
  return {
    title,
    about,
    rows,
    columns: [
      ['case', (row) => (row === shown.find((other) => other.case === row.case) ? row.case : '')],
      ['who', (row) => row.name],
      ['threads', (row) => row.threads],
      [`${unit} (quartiles)`, ({ ms, failed }) => (ms ? spread(ms, factor) : `failed: ${failed}`)],
      ...Object.keys(references).map((title) => [title, ({ ratios }) => (ratios[title] ? times(ratios[title]) : '')]),
      [
        'off',
        ({ check }) =>
          check && Object.values(check.off).some((by) => by > 0)
            ? Math.max(...Object.values(check.off)).toExponential(0)
            : '',
      ],
    ],
    shown,
    notes: [
      ...more,
      ...(absent.size > 0 ? [`Not here: ${[...absent].map(([who, why]) => `${who} (${why})`).join('; ')}.`] : []),
      `Versions: ${Object.entries(versions)
        .map(
          ([peer, of]) =>
            `${peer} (${Object.entries(of)
              .map((pair) => pair.join(' '))
              .join(', ')})`,
        )
        .join('; ')}.`,
    ],
  };
}

/** Ours in the forms it comes in, which must agree with the oracle, and the peers, which must agree with ours. */
const isOurs = ({ name }) => name.startsWith('rivulet');
const references = {
  '× ours': ({ name, threads }) => name === 'rivulet' && threads === 1,
  '× without multiply-add': ({ name }) => name === 'rivulet, no multiply-add',
  '× on threads': ({ name, threads }) => name === 'rivulet' && threads > 1,
};

/** Race this library against its peers. */
export async function measureRace(name, context) {
  const { options, folder, note } = context;
  const rows = [];
  let worst = 0;
  for (const of of casesOf(name, options)) {
    note(`${name} ${of.name}`);
    // A sample of one sequence is nothing to share.
    const threads = races[name].verb === 'stream' ? 1 : options.threads;
    const own = [
      ours('rivulet'),
      ours('rivulet, no multiply-add', { fma: 'off' }),
      ...(threads > 1 ? [ours('rivulet', { threads })] : []),
    ];
    const small = writeCase(join(folder, 'part'), part(of, oraclePart));
    worst = Math.max(worst, ...Object.values(await checkAgainstOracle(own, small)));
    const found = await raceOn(name, of, [...own, ...peersFor(of, { ...options, threads })], context);
    // Threads never change a bit.
    const odd = found.find(
      (row) => isOurs(row) && row.threads > 1 && Object.values(row.check?.off ?? {}).some((by) => by > 0),
    );
    if (odd)
      throw new Error(`${of.name}: ${odd.threads} threads give other bits than one: ${JSON.stringify(odd.check.off)}`);
    rows.push(...compared(found, references));
  }
  if (rows.length === 0) return undefined;
  return raceTable(name, rows, references, [
    `Ours is off from the float64 oracle by ${worst.toExponential(0)} at most, the others from ours by what stands under off.`,
    ...(rows[0].fma ? [] : ['This engine has no multiply-add.']),
  ]);
}
