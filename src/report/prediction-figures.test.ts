import { expect, test } from 'vitest';
import { fault } from '../../test/markup.ts';
import { random } from '../random.ts';
import { boundsFigure } from './bounds-figure.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import {
  MOST_DOTS,
  predictedAgainstTrue,
  residualHistogram,
  residualsAgainstPredicted,
  residualsInOrder,
} from './prediction-figures.ts';

const nasty = 'a <b> & "c" \u0000 \'d\'';
const draw = (count: number, seed = 1) => {
  const source = random(seed);
  const truth = Float64Array.from({ length: count }, () => source.normal());
  return { name: nasty, truth, predicted: truth.map((value) => value + 0.1 * source.normal()) };
};
const figures = { predictedAgainstTrue, residualHistogram, residualsAgainstPredicted, residualsInOrder };

test('figures of predictions are well formed for ordinary, constant, empty and non-finite values', () => {
  const some = [[], [1], [2, 2, 2], [Number.NaN, 1, 2], [1e9, -1e9, 0], [Number.POSITIVE_INFINITY, 1, 3]];
  for (const truth of some)
    for (const [name, figure] of Object.entries(figures)) {
      const svg = figure({ name: nasty, truth, predicted: truth.map((value) => value + 1) });
      expect(fault(svg), name).toBeUndefined();
      expect(svg).not.toMatch(/NaN|Infinity/);
    }
});

test('few answers are dots, one each; a hundred thousand are squares, and take no more room than a few thousand', () => {
  const few = predictedAgainstTrue(draw(MOST_DOTS));
  expect(few.match(/h0/g)?.length).toBe(MOST_DOTS);
  const many = predictedAgainstTrue(draw(100_000));
  expect(many).not.toContain('h0');
  expect(many.length).toBeLessThan(40_000);
  expect(many.length).toBeLessThan(2 * predictedAgainstTrue(draw(5_000)).length);
});

test('a point on the diagonal is drawn on the diagonal, and a residual of 0 on the line of 0', () => {
  const values = [-3, -1, 0, 2, 5];
  const both = { name: 'n', truth: values, predicted: values };
  const diagonal = predictedAgainstTrue(both);
  const [x1, y1, x2, y2] = /<line x1="(\S+)" y1="(\S+)" x2="(\S+)" y2="(\S+)" class="base"\/><path/
    .exec(diagonal)!
    .slice(1)
    .map(Number) as [number, number, number, number];
  for (const [, x, y] of diagonal.matchAll(/M([\d.]+),([\d.]+)h0/g)) {
    // Places are rounded to a tenth of a pixel.
    expect(Math.abs(y1 + ((Number(x) - x1) / (x2 - x1)) * (y2 - y1) - Number(y))).toBeLessThan(0.15);
  }
  const residuals = residualsAgainstPredicted(both);
  const zero = Number(/y1="([\d.]+)" x2="[\d.]+" y2="\1" class="base"\/><path/.exec(residuals)![1]);
  const heights = [...residuals.matchAll(/M[\d.]+,([\d.]+)h0/g)].map(([, y]) => Number(y));
  expect(heights).toEqual(values.map(() => Math.round(zero * 10) / 10));
});

test('the bars of a histogram hold every residual once', () => {
  const svg = residualHistogram({ name: 'n', truth: [0, 0, 0, 0], predicted: [1, 1, 1, -1] });
  const heights = [...svg.matchAll(/class="bar one"[^>]*height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights.length).toBe(2);
  expect(Math.max(...heights) / Math.min(...heights)).toBeCloseTo(3, 1);
});

test('a confusion matrix writes its counts and shares while there is room, and shortens long names', () => {
  const svg = confusionMatrix({ names: [nasty, 'a class with a very long name'], counts: [30, 10, 0, 5] });
  expect(fault(svg)).toBeUndefined();
  expect(svg).toMatch(/>30</);
  expect(svg).toMatch(/>75 %</);
  expect(svg).toContain('…');
  expect(svg).toContain('<title>a class with a very long name</title>');
  // Nothing was said of the second class to be the first.
  expect(svg).not.toMatch(/>0</);
});

test('a confusion matrix of very many classes stays in its frame, with fewer names and no figures', () => {
  const n = 150;
  const names = Array.from({ length: n }, (_, k) => `class number ${k}`);
  const source = random(2);
  const svg = confusionMatrix({ names, counts: Float64Array.from({ length: n * n }, () => source.integer(40)) });
  expect(fault(svg)).toBeUndefined();
  expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(760);
  expect(svg).not.toContain('class="value"');
  expect(svg.match(/<text/g)!.length).toBeLessThan(2 * n);
  expect(svg.length).toBeLessThan(600_000);
});

test('bounds are bars between their ends, pale to the edge where one is missing, none where both are', () => {
  const rows = [
    { name: 'x[0]', bounds: { lo: -1, hi: 1 } },
    { name: 'x[1]', bounds: { lo: 0.5, hi: null } },
    { name: 'x[2]', bounds: { lo: null, hi: null } },
    { name: 'x[3]', bounds: { lo: 0.25, hi: 0.25 } },
  ];
  const svg = boundsFigure({ label: nasty, xLabel: nasty, rows });
  expect(fault(svg)).toBeUndefined();
  const bars = [...svg.matchAll(/class="bar one" x="([\d.]+)"[^>]*? width="([\d.]+)"/g)].map(([, x, width]) => [
    Number(x),
    Number(x) + Number(width),
  ]);
  expect(bars.length).toBe(3);
  expect(bars[1]![1]).toBe(344);
  expect(svg.match(/opacity="0.45"/g)?.length).toBe(1);
  expect(fault(boundsFigure({ label: 'l', xLabel: 'x', rows: rows.slice(2, 3) }))).toBeUndefined();
});
