import { expect, test } from 'vitest';
import { textWidth } from '../report/table.ts';
import type { StartEvent, TrainEvent } from '../training/events.ts';
import type { Console } from './console.ts';
import { beforeTraining, historyAfter } from './history-after.ts';
import { liveView } from './live-view.ts';

const events: TrainEvent[] = [
  {
    kind: 'start',
    parameters: 10,
    epochs: 2,
    batches: 2,
    sequences: { train: 20, valid: 5 },
    loss: 'mse',
    metric: { name: 'mse', better: 'lower' },
    backend: 'wasm',
    precision: 'float32',
    fma: true,
    warnings: [],
    history: [],
  },
  ...[1, 2].flatMap((epoch): TrainEvent[] => [
    { kind: 'batch', epoch, batch: 1, batches: 2, loss: 1, gradientNorm: 1, seconds: epoch - 0.5 },
    { kind: 'batch', epoch, batch: 2, batches: 2, loss: 1, gradientNorm: 1, seconds: epoch - 0.1 },
    {
      kind: 'epoch',
      epoch,
      epochs: 2,
      train: 3 / epoch,
      valid: { loss: 4 / epoch, metric: 4 / epoch },
      best: true,
      learningRate: 0.01,
      gradientNorm: 1,
      seconds: epoch,
    },
  ]),
];

function shown(screen: Console['screen']): string[] {
  const out: string[] = [];
  const view = liveView('sine', { out: (text) => out.push(text), screen, colour: false, signal: AbortSignal.abort() });
  for (const event of events) view(event);
  return out;
}

test('without a screen training is one line an epoch and nothing else', () => {
  expect(shown(undefined).join('')).toBe(
    'epoch 1/2  train 3.000  valid 4.000  gradient 1.00  1.0 s  best\nepoch 2/2  train 1.500  valid 2.000  gradient 1.00  1.0 s  best\n',
  );
});

test('on a screen the view is redrawn over itself and fits', () => {
  const out = shown({ columns: 60, rows: 20 });
  expect(out.length).toBeGreaterThan(3);
  const lines = out[0]!.split('\n').length - 1;
  for (const view of out.slice(1)) {
    expect(view.startsWith(`\u001b[${lines}A\u001b[0J`)).toBe(true);
    for (const line of view.slice(view.indexOf('J') + 1).split('\n')) expect(textWidth(line)).toBeLessThan(60);
  }
  expect(out.at(-1)).toContain('epoch 2/2');
  // Twenty sequences an epoch, two epochs in two seconds.
  expect(out.at(-1)).toContain('gradient ▄▄ 1.00  20 sequences/s');
});

test('a training that goes on is shown with the epochs that ended before, as if there had been no break', () => {
  const [start, ...rest] = events as [StartEvent, ...TrainEvent[]];
  const first = rest.filter((event) => event.kind === 'epoch').slice(0, 1);
  const resumed = [{ ...start, history: first }, ...rest.slice(3)];
  const after = (told: readonly TrainEvent[]) => told.reduce(historyAfter, beforeTraining('sine'));
  expect(after(resumed)).toEqual(after(events));
  expect(after(resumed.slice(0, 1))).toMatchObject({ elapsed: 1, points: [{ epoch: 1, seconds: 1 }] });
});
