import { expect, test } from 'vitest';
import { random } from '../random.ts';
import {
  accuracy,
  columnMeans,
  lagged,
  linearAnswers,
  logisticAccuracy,
  logisticAnswers,
  majorityAccuracy,
  meanSquare,
  type Rows,
  squares,
  thresholdOn,
} from './baselines.ts';

const rows = (values: number[], width = 1): Rows => ({ rows: values.length / width, width, values });

test('least squares finds a linear map exactly where there is one, constant included', () => {
  const source = random(5);
  const inputs = Array.from({ length: 60 }, () => source.normal());
  const x = rows(inputs, 3);
  const map = (row: number, bias: number) =>
    bias + inputs[row * 3]! - 2 * inputs[row * 3 + 1]! + 5 * inputs[row * 3 + 2]!;
  const target = rows(Array.from({ length: 20 }, (_, row) => [map(row, 3), map(row, -1)]).flat(), 2);
  expect(meanSquare(target, linearAnswers({ x, target }, x))).toBeLessThan(1e-18);
});

test('least squares stands columns that are copies of each other', () => {
  const x = rows([1, 1, 2, 2, 3, 3], 2);
  const target = rows([2, 4, 6]);
  expect(meanSquare(target, linearAnswers({ x, target }, x))).toBeLessThan(1e-9);
});

test('lags reach back to the start of their window and are zero before it', () => {
  expect(Array.from(lagged(rows([1, 2, 3, 4, 5, 6]), 3, 3).values)).toEqual([
    ...[1, 0, 0],
    ...[2, 1, 0],
    ...[3, 2, 1],
    ...[4, 0, 0],
    ...[5, 4, 0],
    ...[6, 5, 4],
  ]);
});

test('means, squares and shares are what they say', () => {
  expect(columnMeans(rows([1, 10, 3, 30], 2))).toEqual([2, 20]);
  expect(meanSquare(rows([1, 2, 3, 4], 2), (row) => row + 1)).toBe((0 + 1 + 1 + 4) / 4);
  expect([...squares(rows([1, 2, 3, 4], 2), (row) => row + 1)]).toEqual([0.5, 2.5]);
  expect(accuracy([0, 1, 1, 0], () => 1)).toBe(0.5);
  expect(majorityAccuracy([1, 1, 0], [1, 0, 0, 0])).toBe(0.25);
  expect(majorityAccuracy([0, 1, 0], [1, 0, 0, 0])).toBe(0.75);
});

test('a threshold is the one that is right most often in training, between two values seen there', () => {
  const train = { x: rows([0, 5, 0, 1, 0, 2, 0, 4, 0, 3], 2), target: [1, 0, 0, 1, 0] };
  expect(thresholdOn(1, train, { x: rows([0, 3.4, 0, 3.6], 2), target: [0, 0] })).toEqual({ at: 3.5, accuracy: 0.5 });
});

test('logistic regression finds the weights the classes were drawn with', () => {
  const source = random(6);
  const values: number[] = [];
  const target: number[] = [];
  for (let row = 0; row < 4000; row++) {
    const [a, b] = [source.normal(), source.normal()];
    values.push(a, b);
    target.push(source.uniform() < 1 / (1 + Math.exp(-(4 * a - 4 * b + 2))) ? 1 : 0);
  }
  const x = rows(values, 2);
  const truth = accuracy(target, (row) => (4 * values[row * 2]! - 4 * values[row * 2 + 1]! + 2 > 0 ? 1 : 0));
  // The fitted line may be better or worse than the true one by chance: within two standard errors of such a difference, about 0.005.
  expect(Math.abs(logisticAccuracy({ x, target }, { x, target }) - truth)).toBeLessThan(0.005);
});

test('multinomial regression draws the lines of the binary one, and as many as there are classes', () => {
  const source = random(8);
  const points = Array.from({ length: 800 }, () => source.normal());
  const x = rows(points, 2);
  const noisy = Array.from({ length: 400 }, (_, row) => points[2 * row]! - 2 * points[2 * row + 1]! + source.normal());
  const binary = rows(noisy.map((value) => Number(value > 0.3)));
  const two = accuracy(binary.values, logisticAnswers({ x, target: binary }, x, 2));
  const newton = logisticAccuracy({ x, target: binary.values }, { x, target: binary.values });
  // The penalty moves the line a little: at most a few of 400 points lie between the two.
  expect(Math.abs(two - newton)).toBeLessThan(0.01);

  // Three directions from the middle, the third class by its constant alone no better than a third.
  const corner = (row: number) => {
    const [a, b] = [points[2 * row]!, points[2 * row + 1]!];
    const scores = [a, -a + b, -a - b];
    return scores.indexOf(Math.max(...scores));
  };
  const three = rows(Array.from({ length: 400 }, (_, row) => corner(row)));
  // Straight lines part them; the penalty keeps the slopes finite, so a few points beside a line may fall over it.
  expect(accuracy(three.values, logisticAnswers({ x, target: three }, x, 3))).toBeGreaterThan(0.97);
});

test('a penalty draws a linear map towards the mean', () => {
  const x = rows([-1, 0, 1]);
  const target = rows([-1, 0, 1]);
  // The slope is 2 / (2 + 2), so that it says half of each; RIDGE is far below the digits compared.
  const answer = linearAnswers({ x, target }, x, 2);
  expect(answer(0, 0)).toBeCloseTo(-0.5, 10);
  expect(answer(2, 0)).toBeCloseTo(0.5, 10);
});
