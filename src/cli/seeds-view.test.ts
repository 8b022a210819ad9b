import { expect, test } from 'vitest';
import { rewind } from '../report/terminal.ts';
import type { TrainEvent } from '../training/events.ts';
import type { Console } from './console.ts';
import { seedsView } from './seeds-view.ts';

const start = (warnings: readonly string[]): TrainEvent => ({
  kind: 'start',
  parameters: 10,
  epochs: 2,
  batches: 4,
  sequences: { train: 20, valid: 5 },
  loss: 'mse',
  metric: { name: 'mae', better: 'lower' },
  backend: 'wasm',
  precision: 'float32',
  fma: true,
  warnings,
  history: [],
});
const batch = (number: number, seconds: number): TrainEvent => ({
  kind: 'batch',
  epoch: 1,
  batch: number,
  batches: 4,
  loss: 1,
  gradientNorm: 1,
  seconds,
});
const epoch = (number: number): TrainEvent => ({
  kind: 'epoch',
  epoch: number,
  epochs: 2,
  train: 3,
  valid: { loss: 4, metric: 1.5 },
  best: number === 1,
  learningRate: 0.01,
  gradientNorm: 1,
  seconds: 2 * number,
});

function shown(screen: Console['screen']): string[] {
  const out: string[] = [];
  const view = seedsView([2, 11], {
    out: (text) => out.push(text),
    screen,
    colour: false,
    signal: AbortSignal.abort(),
  });
  view.event(11, start([]));
  view.event(2, start(['it is stiff']));
  for (const event of [batch(1, 0.2), batch(2, 0.25), epoch(1)]) view.event(2, event);
  view.event(11, epoch(1));
  view.event(2, epoch(2));
  view.over(2, 'finished');
  return out;
}

test('without a screen every line begins with its seed, and there is one for each epoch, warning and end', () => {
  expect(shown(undefined).join('')).toBe(
    [
      'seed  2  warning: it is stiff',
      'seed  2  epoch 1/2  train 3.000  valid 4.000  mae 1.500  gradient 1.00  2.0 s  best',
      'seed 11  epoch 1/2  train 3.000  valid 4.000  mae 1.500  gradient 1.00  2.0 s  best',
      'seed  2  epoch 2/2  train 3.000  valid 4.000  mae 1.500  gradient 1.00  2.0 s',
      'seed  2  finished',
      '',
    ].join('\n'),
  );
});

/** How many lines a text moves up and clears, and the lines it then writes. */
function parts(text: string) {
  const up = [4, 3, 2, 1].find((lines) => text.startsWith(rewind(lines))) ?? 0;
  return { up, lines: text.slice(rewind(up).length).split('\n').slice(0, -1) };
}

/** What is on a screen after each text. */
function screens(texts: readonly string[]): string[] {
  let seen: string[] = [];
  return texts.map(parts).map(({ up, lines }) => {
    seen = [...seen.slice(0, seen.length - up), ...lines];
    return seen.join('\n');
  });
}

test('on a screen each seed under way has one line, in their order, below what is over', () => {
  const out = shown({ columns: 110, rows: 20 });
  const seen = screens(out);
  expect(seen[0]).toBe('seed 11  epoch 0/2  0 %');
  expect(seen).toContain('seed  2  warning: it is stiff\nseed  2  epoch 0/2  12 %  ETA 1.4 s\nseed 11  epoch 0/2  0 %');
  expect(seen.at(-1)).toBe(
    [
      'seed  2  warning: it is stiff',
      'seed  2  finished',
      'seed 11  epoch 1/2  50 %  train 3.000  valid 4.000  best mae 1.500 (epoch 1)  ETA 2.0 s  gradient 1.00',
    ].join('\n'),
  );
  // Two starts, one of two batches that are 0.05 s apart, three epochs and an end.
  expect(out).toHaveLength(7);
});

test('on a narrow and low screen lines are shortened and left out, so that nothing wraps or scrolls', () => {
  for (const text of shown({ columns: 40, rows: 3 }).slice(-4)) {
    const { lines } = parts(text);
    expect(lines.length).toBeLessThan(3);
    for (const line of lines) expect(line.length).toBeLessThan(40);
  }
});
