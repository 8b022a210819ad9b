import { expect, test } from 'vitest';
import { fault } from '../../test/markup.ts';
import { full } from '../wirings/full.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { random } from '../wirings/random.ts';
import type { Connections } from '../wirings/wiring.ts';
import { wiringDrawing } from './wiring-drawing.ts';

const strokes = (drawing: string, tone: string) =>
  [...drawing.matchAll(/<path class="curve (\w+)"[^>]* d="([^"]*)"/g)]
    .filter((match) => match[1] === tone)
    .reduce((sum, match) => sum + match[2]!.split('M').length - 1, 0);
const count = ({ sensory, recurrent }: Connections, polarity: number) =>
  [...sensory.polarity, ...recurrent.polarity].filter((each) => each === polarity).length;

const wirings = {
  layers: autoNcp({ units: 19, outputs: 4 }).connect(3),
  full: full(7).connect(2),
  sparse: random({ units: 12, sparsity: 0.5 }).connect(1),
};

test('every synapse is drawn once, excitatory and inhibitory ones apart', () => {
  for (const connections of Object.values(wirings)) {
    const drawing = wiringDrawing({ ...connections, isSigned: true });
    expect(fault(drawing)).toBeUndefined();
    expect([strokes(drawing, 'one'), strokes(drawing, 'two')]).toEqual([count(connections, 1), count(connections, -1)]);
  }
});

test('where polarities mean nothing they are not told apart', () => {
  const drawing = wiringDrawing({ ...wirings.sparse, isSigned: false });
  expect(strokes(drawing, 'one')).toBe(count(wirings.sparse, 1) + count(wirings.sparse, -1));
  expect(drawing).not.toContain('excitatory');
});

test('every input and every neuron of a layered wiring has its place inside the drawing', () => {
  const { inputs, units } = wirings.layers;
  const drawing = wiringDrawing({ ...wirings.layers, isSigned: true });
  const [, height] = /viewBox="0 0 720 (\d+)"/.exec(drawing)!;
  const dots = [...drawing.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)];
  expect(dots).toHaveLength(inputs + units);
  for (const [, x, y] of dots) {
    expect(Number(x)).toBeLessThan(720);
    expect(Number(y)).toBeLessThan(Number(height));
  }
});

test('a large wiring stays a small drawing', () => {
  const drawing = wiringDrawing({ ...full(128).connect(32), isSigned: true });
  expect(drawing.length).toBeLessThan(20 * 128 * 160);
  const heights = [...drawing.matchAll(/M[\d.]+,([\d.]+)h/g)].map((match) => Number(match[1]));
  expect(Math.max(...heights)).toBeLessThan(500);
});
