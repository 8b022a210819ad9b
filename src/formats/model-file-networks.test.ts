import { expect, test } from 'vitest';
import { gru } from '../cells/gru.ts';
import { ltc } from '../cells/ltc.ts';
import { model } from '../model.ts';
import { program } from '../program.ts';
import { bidirectional, stack } from '../stack.ts';
import { loadModel, saveModel } from './model-file.ts';
import { readSafetensors, type Writable, writeSafetensors } from './safetensors.ts';

const readout = { outputs: 2, when: 'last' } as const;
const layer = (inputs: number, seed: number) => model({ cell: ltc(), inputs, units: 3, readout, seed });
const net = stack({
  layers: [
    bidirectional({
      forward: model({ cell: gru(), inputs: 2, units: 3, seed: 1 }),
      backward: model({ cell: ltc(), inputs: 2, units: 2, timeUnit: 1, maxStep: 0.5, seed: 2 }),
    }),
    model({ cell: ltc(), inputs: 5, units: 4, seed: 3 }),
    bidirectional({ forward: layer(4, 4), backward: layer(4, 5), merge: 'sum' }),
  ],
  dropout: 0.2,
});

test('a stack survives a file: the same data, the same bits, the same bytes again', () => {
  const { model: back, notes } = loadModel(saveModel(net, { scaler: '[1]' }));
  expect(notes).toEqual({ scaler: '[1]' });
  const { parts, ...rest } = net;
  expect(back).toMatchObject(rest);
  expect(saveModel(back)).toEqual(saveModel(net));
  const sequences = { batch: 2, steps: 3, x: Array.from({ length: 12 }, (_, k) => Math.sin(k)) };
  expect(program(back).forward(sequences, { dropout: 1 })).toEqual(program(net).forward(sequences, { dropout: 1 }));
  expect('cell' in back ? [] : back.parts.map(({ outputs }) => outputs)).toEqual(parts.map(({ outputs }) => outputs));
});

test("the arrays of a stack's file have their layer and direction in front", () => {
  const names = [...readSafetensors(saveModel(net)).tensors.keys()];
  expect(names).toContain('0.forward.W_z');
  expect(names).toContain('1.tau');
  expect(names).toContain('2.backward.readout_W');
  expect(names).toContain('2.backward.wiring.sensory.source');
});

type Json = { version: number; kind: unknown; dropout: unknown; parts: (Json & { merge: unknown; cell: unknown })[] };

/** The file with its configuration or arrays changed. */
function changed(change: (json: Json, tensors: Map<string, Writable>) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(saveModel(net));
  const json = JSON.parse(metadata.rivulet!) as Json;
  const writable = new Map(
    [...tensors].map(([name, { shape, data }]) => [name, { shape, data: data as Float64Array }]),
  );
  change(json, writable);
  return writeSafetensors(writable, { rivulet: JSON.stringify(json) });
}

const damaged: Record<string, readonly [Parameters<typeof changed>[0], string]> = {
  'a kind that is unknown': [
    (json) => Object.assign(json, { kind: 'ring' }),
    'load: rivulet.kind is "ring", but "stack" or "bidirectional" was wanted',
  ],
  'layers that are no list': [
    (json) => Object.assign(json, { parts: 3 }),
    'load: rivulet.parts is 3, but a list was wanted',
  ],
  'a layer that is nothing': [
    (json) => Object.assign(json.parts, { 1: null }),
    'load: rivulet.parts[1] is null, but an object was wanted',
  ],
  'no layers': [(json) => json.parts.splice(0), 'stack: layers is empty, but there must be at least one'],
  'three directions': [
    (json) => json.parts[2]!.parts.push(json.parts[1]!),
    'load: rivulet.parts[2].parts has 3 networks, but the two of a bidirectional one were wanted',
  ],
  'a merge that is unknown': [
    (json) => Object.assign(json.parts[0]!, { merge: 'mean' }),
    'load: rivulet.parts[0].merge is "mean", but "concatenate" or "sum" was wanted',
  ],
  'a rate that is a text': [
    (json) => Object.assign(json, { dropout: 'half' }),
    'load: rivulet.dropout is "half", but a number was wanted',
  ],
  'a layer of a damaged cell': [
    (json) => Object.assign(json.parts[1]!, { cell: 7 }),
    'load: rivulet.parts[1].cell is 7, but an object was wanted',
  ],
  'layers that do not fit together': [(json) => json.parts.splice(1, 1), 'load: the file has no tensor "1.forward.b"'],
  'an array that is missing': [(_, tensors) => tensors.delete('1.tau'), 'load: the file has no tensor "1.tau"'],
};

test.for(Object.keys(damaged))('a file of a stack with %s is refused in words', (name) => {
  const [change, message] = damaged[name]!;
  expect(() => loadModel(changed(change))).toThrow(message);
});
