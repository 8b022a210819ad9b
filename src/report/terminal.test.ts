import fc from 'fast-check';
import { expect, test } from 'vitest';
import { table, textWidth, withoutColour } from './table.ts';
import { draw, epochLine, type History, remaining, rewind, sparkline, speed } from './terminal.ts';

const history = (count: number, values: (i: number) => number): History => ({
  title: 'cheetah · synaptic, 32 units · 3,553 parameters',
  epochs: 50,
  points: Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    train: values(i),
    valid: values(i) * 1.1,
    best: i % 3 === 0,
    gradientNorm: values(i) / 2,
    seconds: 1.2,
  })),
  batch: 4,
  batches: 61,
  sequences: 972,
  elapsed: count * 1.2,
});

test('a live view has the height it was given and is never wider than the terminal', () => {
  const value = fc.oneof(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.constant(Number.NaN), fc.constant(0));
  fc.assert(
    fc.property(
      fc.array(value, { maxLength: 50 }),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 30 }),
      fc.boolean(),
      (values, width, height, colour) => {
        const view = draw(
          history(values.length, (i) => values[i]!),
          width,
          height,
          colour,
        ).split('\n');
        expect(view.length).toBe(height);
        for (const line of view) expect(textWidth(line)).toBeLessThanOrEqual(width);
      },
    ),
    { seed: 5, numRuns: 200 },
  );
});

test('a live view without colour has no escape sequence, and colour changes no letter', () => {
  const falling = history(20, (i) => 5 / (i + 1));
  expect(draw(falling, 80, 14)).not.toContain('\u001b');
  expect(withoutColour(draw(falling, 80, 14, true))).toBe(draw(falling, 80, 14));
});

test('a falling loss is drawn from the upper left downwards', () => {
  const rows = draw(
    history(50, (i) => 50 - i),
    60,
    12,
  )
    .split('\n')
    .slice(1, 9);
  const centre = (row: string) => {
    const places = [...row].flatMap((c, i) => (c >= '\u2801' && c <= '\u28ff' ? [i] : []));
    return places.reduce((sum, at) => sum + at, 0) / places.length;
  };
  expect(centre(rows[0]!)).toBeLessThan(centre(rows[3]!));
  expect(centre(rows[3]!)).toBeLessThan(centre(rows[6]!));
});

test('the time remaining goes by the epochs done', () => {
  expect(remaining({ title: '', epochs: 4, points: [], sequences: 4, elapsed: 3 })).toBeNaN();
  expect(remaining({ ...history(10, () => 1), epochs: 20, batch: 0, elapsed: 30 })).toBeCloseTo(30);
});

test('an epoch is one plain line', () => {
  const point = { epoch: 7, train: 0.5, valid: 0.4321, metric: 0.981, best: true, gradientNorm: 2.5, seconds: 1.23 };
  expect(epochLine(point, { epochs: 50, metric: 'accuracy' })).toBe(
    'epoch  7/50  train 0.5000  valid 0.4321  accuracy 0.9810  gradient 2.50  1.2 s  best',
  );
});

test('a median time constant stands in the epoch’s line, and with its course in the live view', () => {
  const tau = (value: number) => ({ tau: { value, unit: 's' } }) as const;
  const point = { epoch: 7, train: 0.5, valid: 0.4321, best: false, gradientNorm: 1, seconds: 1.23, ...tau(0.8347) };
  expect(epochLine(point, { epochs: 50 })).toBe(
    'epoch  7/50  train 0.5000  valid 0.4321  gradient 1.00  τ 0.835 s  1.2 s',
  );
  const { points, ...rest } = history(4, () => 1);
  const told = { ...rest, points: points.map((each, k) => ({ ...each, ...tau(2 ** k) })) };
  expect(draw(told, 100, 14)).toContain('τ ▁▃▆█ 8.00 s');
  expect(draw({ ...rest, points }, 100, 14)).not.toContain('τ');
});

test('the gradient’s norm with its course, and the speed, stand in the live view, on a narrow one as far as they fit', () => {
  const falling = { ...history(4, (i) => 2 ** (4 - i)), batch: 0 };
  // Four epochs of 972 sequences in 4.8 s.
  expect(draw(falling, 100, 14)).toContain('gradient █▆▃▁ 1.00  810 sequences/s');
  expect(draw(falling, 39, 14)).toMatch(/\ngradient █▆▃▁ 1\.00 {2}810 sequences\/s\n/);
  expect(draw(falling, 30, 14)).toMatch(/\ngradient █▆▃▁ 1\.00\n/);
  expect(draw(falling, 100, 7)).not.toContain('gradient');
  expect(
    draw(
      history(0, () => 1),
      100,
      14,
    ),
  ).not.toContain('gradient');
  expect(speed({ ...falling, elapsed: 0 })).toBeNaN();
  expect(speed({ ...falling, batch: 61, elapsed: 500 })).toBeCloseTo((5 * 972) / 500, 12);
});

test('a sparkline rises by factors, whatever the numbers, and thins them out to its width', () => {
  expect(sparkline([1, 10, 100, 1000])).toBe('▁▃▆█');
  expect(sparkline([1e-6, 1e-5, 1e-4, 1e-3])).toBe('▁▃▆█');
  expect(sparkline([3, 3])).toBe('▄▄');
  expect(sparkline([])).toBe('');
  expect(sparkline([5])).toBe('▄');
  expect(sparkline([0, 1, 100])).toBe('▁▁█');
  expect(sparkline([0, Number.NaN])).toBe('▁▁');
  const rising = Array.from({ length: 100 }, (_, k) => 1.1 ** k);
  expect(sparkline(rising, 8)).toBe('▁▂▃▄▅▆▇█');
});

test('redrawing moves up by the lines drawn', () => {
  expect(rewind(0)).toBe('');
  expect(rewind(3)).toBe('\u001b[3A\u001b[0J');
});

test('a table is aligned without boxes', () => {
  const text = table(
    [{ header: 'model' }, { header: 'error', align: 'right' }, { header: '' }],
    [
      ['this one', '2.14', ''],
      ['mean', '17.47', 'from the data'],
    ],
  );
  expect(text).toBe('model     error\nthis one   2.14\nmean      17.47  from the data');
});
