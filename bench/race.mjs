import { setTimeout as pause } from 'node:timers/promises';
import { quantile } from './statistics.mjs';

/**
 * How long a race may take, in milliseconds but for the rounds: each contestant is warmed up for `warm`, then has turns of about `turn`,
 * at most `rounds` of them, and none begins after `budget` unless there were fewer than three.
 * @typedef {{ rounds: number, warm: number, turn: number, budget: number }} Pace
 */

/** @type {Pace} */
export const usual = { rounds: 15, warm: 800, turn: 80, budget: 5000 };
/** @type {Pace} */
export const hasty = { rounds: 7, warm: 300, turn: 40, budget: 1500 };

/**
 * Time contestants in rounds, one after the other and every second round in reverse order. Returns each one's samples in milliseconds by
 * round, or what it said it lacks, or why it ended.
 * @param {readonly import('./contestant.mjs').Contestant[]} contestants
 * @param {'step' | 'forward' | 'stream'} verb
 * @param {Pace} pace
 * @returns {Promise<{ rounds: number[][], missing?: string, failed?: string }[]>}
 */
export async function race(contestants, verb, pace) {
  const runners = contestants.map((contestant) => ({ contestant, rounds: [], spent: 0, count: 1, out: undefined }));
  /** Samples of one turn and the time it took; none, when the contestant is out of the race. */
  const turn = async (runner, count) => {
    const began = performance.now();
    try {
      const { ms, missing } = await runner.contestant.ask(`${verb} ${count}`);
      if (missing !== undefined) runner.out = { missing };
      const took = performance.now() - began;
      await pause(5); // what spins for a while after its work does so now, in nobody's turn
      return { ms, took };
    } catch (error) {
      runner.out = { failed: error.message };
      return {};
    }
  };
  for (const runner of runners) {
    // The first turn compiles; a sample of a stream is too short to be asked for alone.
    let count = verb === 'stream' ? 200 : 1;
    for (let warm = 0, turns = 0; turns < 2 || warm < pace.warm; turns++) {
      const { ms, took } = await turn(runner, count);
      if (runner.out) break;
      warm += took;
      count = Math.max(1, Math.min(20_000, Math.ceil(pace.turn / quantile(ms, 0.5))));
      runner.count = count;
      if (took > pace.budget) break;
    }
  }
  const isIn = ({ out, rounds, spent }) => !out && (rounds.length < 3 || spent < pace.budget);
  for (let round = 0; round < pace.rounds; round++) {
    for (const runner of round % 2 === 0 ? runners : runners.toReversed()) {
      if (!isIn(runner)) continue;
      const { ms, took } = await turn(runner, runner.count);
      if (runner.out) continue;
      runner.rounds.push(ms);
      runner.spent += took;
    }
  }
  return runners.map(({ rounds, out }) => ({ rounds: out ? [] : rounds, ...out }));
}
