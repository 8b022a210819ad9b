import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { distance } from '../../test/networks.ts';
import type { Model } from '../model.ts';
import { program } from '../program.ts';
import { loadModel } from './model-file.ts';

test('a file of version 1 makes the model that wrote it', () => {
  const bytes = readFileSync(new URL('../../test/saved/model-version-1.safetensors', import.meta.url));
  const { model, notes } = loadModel(bytes);
  const { solver, maxStep, timeUnit, interpolation, connections, ...rest } = model as Model;
  expect({
    solver: solver.name,
    drive: solver.drive,
    maxStep,
    timeUnit,
    interpolation,
    layers: connections.layers,
  }).toEqual({
    solver: 'rk4',
    drive: undefined,
    maxStep: 0.25,
    timeUnit: 0.5,
    interpolation: 'hold',
    layers: [[0, 1, 2, 3]],
  });
  expect(rest.missing).toBe(undefined);
  const { outputs } = program(model, { backend: 'javascript' }).forward({
    batch: 2,
    steps: 3,
    x: Array.from({ length: 12 }, (_, k) => Math.sin(k)),
    dt: [1, 0.4, 2, 0.7, 1, 0],
  });
  // The compiler may order sums anew: rounding.
  expect(distance(outputs, JSON.parse(notes.outputs!))).toBeLessThan(1e-13);
});
