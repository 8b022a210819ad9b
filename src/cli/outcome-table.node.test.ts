import { expect, test } from 'vitest';
import type { TrainCommand } from './commands.ts';
import { parse } from './options.ts';
import type { Outcome } from './outcome.ts';
import { outcomeTable, spread } from './outcome-table.ts';
import { plan } from './plan.ts';

const outcomes = [
  { seed: 7, best: 3, valid: 0.5, other: 9, test: 0.25 },
  { seed: 10, best: 8, valid: 0.125, other: 7, test: 0.75 },
].map(({ seed, best, valid, other, test }): Outcome => {
  return { seed, best, test, chosen: { valid, test: other }, epochs: 9, reason: 'finished', seconds: 1 };
});

const tableOf = async (line: string) => {
  const command = parse(['train', ...line.split(' ')]) as TrainCommand;
  return outcomeTable(await plan(command, command.seeds[0]!), outcomes)
    .split('\n')
    .map((row) => row.split(/ {2,}/));
};

test('a row for each seed, then the median, the range, mean and standard deviation of every column', async () => {
  expect(await tableOf('sine --seed 7,10')).toEqual([
    ['seed', 'best epoch', 'validation mean squared error', 'test mean squared error'],
    ['7', '3', '0.5000', '0.2500'],
    ['10', '8', '0.1250', '0.7500'],
    ['median', '5.5', '0.3125', '0.5000'],
    ['smallest', '3', '0.1250', '0.2500'],
    ['largest', '8', '0.5000', '0.7500'],
    // Of two numbers the deviation of a sample is their distance over √2.
    ['mean ± sd', '5.500 ± 3.5', '0.3125 ± 0.27', '0.5000 ± 0.35'],
  ]);
});

test('a metric that is not the data’s own has a column of its own', async () => {
  const [header, first] = await tableOf('sine --metric mae');
  expect(header).toEqual(['seed', 'best epoch', 'validation mae', 'test mae', 'test mean squared error']);
  expect(first).toEqual(['7', '3', '0.5000', '9.000', '0.2500']);
});

test('the median of an odd number is the one in the middle, whatever their order', () => {
  expect(spread([10, -2, 9])).toEqual({ median: 9, smallest: -2, largest: 10 });
});
