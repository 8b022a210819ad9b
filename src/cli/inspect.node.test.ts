import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { called as call } from '../../test/called.ts';
import { fault, reachesOut } from '../../test/markup.ts';
import { kernelListing } from '../analysis/kernel-listing.ts';
import { memoryReport } from '../analysis/memory-report.ts';
import { networkBounds } from '../analysis/network-bounds.ts';
import { stability } from '../analysis/stability.ts';
import { timeConstants } from '../analysis/time-constants.ts';
import { cell, matrix, positive, vector } from '../cells/cell.ts';
import { lstm } from '../cells/lstm.ts';
import { ltc } from '../cells/ltc.ts';
import { mixed } from '../cells/mixed.ts';
import { neuralOde } from '../cells/neural-ode.ts';
import { synaptic } from '../cells/synaptic.ts';
import type { Certificate } from '../certificates/certify.ts';
import { sine } from '../datasets/sine.ts';
import { saveModel } from '../formats/model-file.ts';
import { type Model, model } from '../model.ts';
import { type Network, withParameters } from '../network.ts';
import { stack } from '../stack.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { beginning } from './beginning.ts';

const wiring = autoNcp({ units: 8, outputs: 2 });
const readout = { outputs: 1, when: 'every' } as const;
const liquid = model({ cell: synaptic(), inputs: 1, wiring, readout, seed: 3 });
/** Two states that flow, one with a time constant that moves. */
const pair = cell({
  name: 'pair',
  paper: 'made for this test',
  states: { x: ['state'], c: ['state'] },
  equation: `
    dx/dt = -(1 + sigmoid(W @ u)) * x + c
    dc/dt = -b * c + x
  `,
  params: { W: matrix('state', 'input', 1, 1), b: positive(vector('state', 1, 2)) },
});
const networks: Readonly<Record<string, Network>> = {
  liquid,
  layers: stack({ cell: ltc(), inputs: 1, units: [4, 3], readout, bidirectional: true, seed: 5 }),
  gates: model({ cell: lstm(), inputs: 1, units: 3, seed: 1 }),
  drift: model({ cell: neuralOde(), inputs: 1, units: 3, seed: 1 }),
  wild: model({ cell: ltc({ activation: 'tanh' }), inputs: 1, units: 3, seed: 1 }),
  reached: withParameters(
    // In the order W, R, b, tau, A: rates from −0.95 on, while a sample of sine takes up to 1.9 in one sub-step.
    model({ cell: ltc({ activation: 'tanh' }), inputs: 1, units: 1, constraints: 'none', maxStep: 10 }),
    [1, 0, 0, 20, 1],
  ),
  memory: model({ cell: mixed(ltc()), inputs: 1, units: 2, seed: 1 }),
  pair: model({ cell: pair, inputs: 1, units: 2, seed: 1 }),
};

let folder = '';
const place = (name: string) => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rivulet-inspect-'));
  for (const [name, net] of Object.entries(networks))
    await writeFile(place(`${name}.safetensors`), saveModel(net, { unit: 'mm' }));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const called = (...argv: string[]) => call('inspect', ...argv);

/** What an inspection of a network prints, which has to succeed. */
async function inspected(name: string, ...options: string[]): Promise<string> {
  const { code, out, complaints } = await called(place(`${name}.safetensors`), ...options);
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  return out;
}

/** As JSON leaves it. */
const json = (value: unknown) =>
  JSON.parse(JSON.stringify(value, (_, each) => (ArrayBuffer.isView(each) ? [...(each as Float64Array)] : each)));

test('text fits 100 columns and has the equation, the bounds and what was noted along data, for every kind of network', async () => {
  for (const name of Object.keys(networks)) {
    const text = await inspected(name, '--data', 'sine');
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(100);
    for (const head of [
      'Equation',
      'Wiring',
      'Parameters',
      'Certified bounds',
      'Stability',
      'Time constants',
      'Memory',
    ])
      expect(text).toMatch(new RegExp(`^${head}`, 'm'));
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  }
  expect(await inspected('layers')).toContain('Certified bounds of layer 2, backward');
  expect(await inspected('gates', '--data', 'sine')).toContain('has no flow, so no time constants');
  expect(await inspected('drift')).toMatch(/slope\s+is\s+0/);
  expect(await inspected('wild')).toMatch(/can\s+change\s+sign/);
});

test('JSON holds the certificate, the wiring and the parameters as the equation sees them', async () => {
  const { models, saved, parameters } = JSON.parse(await inspected('liquid', '--json', '--inputs', '-1,2'));
  const [only] = models;
  expect(parameters).toBe(liquid.parameters.length);
  expect(saved).toEqual({ unit: 'mm' });
  expect(only.bounds).toEqual(json(networkBounds(liquid, [-1, 2])[0]));
  expect(only.bounds).not.toEqual(json(networkBounds(liquid)[0]));
  expect(only.wiring.recurrent).toEqual(json(liquid.connections.recurrent));
  expect(only.equation.source).toBe(liquid.cell.equation.source);
  const cm = only.parameters.find(({ name }: { name: string }) => name === 'cm');
  // The initial range of ncps, which softplus of what is stored gives back.
  expect(cm).toMatchObject({ constraint: 'positive', shape: [8], axes: ['state'], nonFinite: 0 });
  expect(cm.spread.least).toBeGreaterThan(0.4);
  expect(cm.spread.most).toBeLessThan(0.6);
  expect(only.kernels).toBeUndefined();
});

test('every model of a stack is inspected', async () => {
  const { models } = JSON.parse(await inspected('layers', '--json', '--data', 'sine'));
  expect(models.map(({ name }: { name: string }) => name)).toEqual([
    'layer 1, forward',
    'layer 1, backward',
    'layer 2, forward',
    'layer 2, backward',
  ]);
  expect(models.map((each: { bounds: unknown }) => each.bounds)).toEqual(json(networkBounds(networks.layers!)));
  for (const { timeConstants, wiring } of models)
    expect(timeConstants.map(({ units }: { units: number }) => units)).toEqual([wiring.units]);
});

test('along a data set, time constants and memory are those of its test recording', async () => {
  const { data, models } = JSON.parse(await inspected('liquid', '--json', '--data', 'sine'));
  const { rollout } = await sine.load(async () => new Uint8Array());
  const stretch = beginning(rollout, 300);
  expect(data.steps).toBe(stretch.steps);
  expect(models[0].timeConstants[0].tau).toEqual(json(timeConstants(liquid, stretch).tau));
  expect(models[0].memory).toEqual(json(memoryReport(liquid, stretch)));
  expect(models[0].timeConstants[0].perUnit).toEqual(json(timeConstants(liquid, stretch).units));
  const dt = Math.max(...Array.from(stretch.dt!));
  const [certificate] = networkBounds(liquid);
  expect(models[0].stability).toEqual(
    json(stability(liquid, dt, { certificate: certificate as Certificate, sequences: stretch })),
  );
});

test('a file is read in the units the network was trained in, whatever scale it would have by itself', async () => {
  const net: Model = model({ cell: ltc(), inputs: 1, units: 3, timeUnit: 20, seed: 2 });
  const values = Array.from({ length: 301 }, (_, row) => 7 + Math.sin(row));
  const notes = { inputNames: ['heat'], outputNames: ['heat'], scaler: { mean: [5], deviation: [2] } };
  const written = Object.fromEntries(Object.entries(notes).map(([name, value]) => [name, JSON.stringify(value)]));
  await writeFile(place('heat.safetensors'), saveModel(net, written));
  const rows = values.map(
    (value, row) => `2024-03-01T00:${String(Math.floor(row / 6)).padStart(2, '0')}:${row % 6}0Z,${value}`,
  );
  await writeFile(place('heat.csv'), `at,heat\n${rows.join('\n')}\n`);
  const { models } = JSON.parse(await inspected('heat', '--json', '--data', place('heat.csv')));
  // The last 15 % of 300 rows; a row is 10 s, which is half of the network's unit, as the first is of the recording's spacing.
  const x = values.slice(255, 300).map((value) => (value - 5) / 2);
  const dt = x.map(() => 0.5);
  const wanted = timeConstants(net, { batch: 1, steps: x.length, x, dt }).tau;
  const { tau } = models[0].timeConstants[0] as { tau: number[] };
  expect(tau.length).toBe(wanted.length);
  // Scaled there and back, and τ in seconds: a few roundings.
  for (const [k, value] of tau.entries()) expect(Math.abs(value / (20 * wanted[k]!) - 1)).toBeLessThan(1e-12);
});

test('a page is well formed, needs nothing else, and has what the text has', async () => {
  for (const name of Object.keys(networks)) {
    const out = place(`${name}.html`);
    expect(await inspected(name, '--data', 'sine', '--kernels', '--out', out)).toBe(`${out}\n`);
    const html = await readFile(out, 'utf8');
    expect(fault(html)).toBeUndefined();
    expect(reachesOut(html)).toBeUndefined();
    expect(html).toContain('<math');
    for (const head of ['Certified bounds', 'Stability', 'Time constants', 'Memory', 'Kernels'])
      expect(html).toContain(`<h2>${head}`);
  }
  const html = await readFile(place('liquid.html'), 'utf8');
  expect(html).toContain('aria-label="The wiring: 1 input and layers of');
  expect(html).toContain('data:image/png;base64');
});

/** Text without line breaks. */
const flat = (text: string) => text.replace(/\s+/g, ' ');

test('what does not hold is not told as if it did: growth, a layer’s inputs, a state without bound, a step that divides by zero', async () => {
  const wild = flat(await inspected('wild'));
  expect(wild).toMatch(
    /dt = 1\.00: the rate of x\[\d\] may be as low as −0\.\d+, and below 0 a state grows under any solver/,
  );
  expect(wild).toContain('without a certificate, states may grow');
  expect(wild).toMatch(/x\[\d\] \(−∞, ∞\) – \[0\.\d+, ∞\) or < 0 –/);
  expect(wild).not.toContain('Warning');
  const reached = flat(await inspected('reached', '--data', 'sine'));
  expect(reached).toMatch(/Warning: semi-implicit divides by 1 − sub-step·slope, .* more sub-steps, or exponential/);
  expect(flat(await inspected('drift'))).toContain('no state decays by itself');
  expect(flat(await inspected('layers'))).toMatch(
    /layer 2, forward For inputs each in a range of its own, all in \[−\d.*?\], as the network sees them/,
  );
  const memory = flat(await inspected('memory'));
  expect(memory).toContain('No bound is known of memory_c, which jumps and does not flow.');
  expect(memory).toContain('memory_c[0] (−∞, ∞) – – –');
  const gates = flat(await inspected('gates'));
  expect(gates).toContain('Certified bounds Cell "lstm" has no flow, so no time constants to certify.');
});

test('every state that flows has its time constants', async () => {
  const { models } = JSON.parse(await inspected('pair', '--json', '--data', 'sine'));
  const seen = models[0].timeConstants.map(({ state, kind }: { state: string; kind: string }) => [state, kind]);
  expect(seen).toEqual([
    ['x', 'liquid'],
    ['c', 'constant'],
  ]);
  const text = flat(await inspected('pair', '--data', 'sine'));
  expect(text).toMatch(/Of x: .*x\[0\] liquid .*Of c: Constant: .*c\[0\] constant/);
  await inspected('pair', '--data', 'sine', '--out', place('pair.html'));
  const page = await readFile(place('pair.html'), 'utf8');
  expect(page).toMatch(/Of x:[\s\S]*Of c:/);
});

test('certified time constants are in the seconds of those along data, and scaled data are said to be scaled', async () => {
  await writeFile(
    place('slow.safetensors'),
    saveModel(model({ cell: ltc(), inputs: 1, units: 1, timeUnit: 20, constraints: 'none', seed: 2 }), {
      inputNames: '["heat"]',
      outputNames: '["heat"]',
      scaler: '{"mean":[5],"deviation":[2]}',
      targetScaler: '{"mean":[6],"deviation":[3]}',
    }),
  );
  const text = flat(await inspected('slow'));
  const { models } = JSON.parse(await inspected('slow', '--json'));
  const { lo, hi } = models[0].bounds.units[0].tau;
  expect(text).toContain(`[${(20 * lo).toPrecision(4)}, ${(20 * hi).toPrecision(4)}]`);
  expect(text).toContain('inputs are scaled, (value − mean)/deviation, as in training: heat (5.000, 2.000)');
  expect(text).toContain('outputs are scaled, (value − mean)/deviation, as in training: heat (6.000, 3.000)');
});

test('kernels are listed where asked for, from lines in loops to WebAssembly', async () => {
  const { loops, wasm } = kernelListing(liquid);
  const { models } = JSON.parse(await inspected('liquid', '--kernels', '--json'));
  expect(models[0].kernels).toEqual({ loops, wasm });
  expect(await inspected('liquid', '--kernels')).toContain('Kernels, as WebAssembly\n  (module');
  expect(await inspected('liquid')).not.toContain('(module');
});

test('what a file is called says what is written to it', async () => {
  await inspected('liquid', '--out', place('deep/told.txt'));
  expect(await readFile(place('deep/told.txt'), 'utf8')).toBe(await inspected('liquid'));
  await inspected('liquid', '--out', place('told.json'));
  expect(await readFile(place('told.json'), 'utf8')).toBe(await inspected('liquid', '--json'));
});

test('a wrong call is refused with what was wanted, and ends with code 2', async () => {
  const saved = place('liquid.safetensors');
  const wrong = async (complaint: string, ...argv: string[]) => {
    const { code, complaints } = await called(...argv);
    expect({ code, complaints }).toEqual({
      code: 2,
      complaints: `rivulet: inspect: ${complaint}\nrivulet inspect --help says what there is.\n`,
    });
  };
  await wrong('which network? Give the model.safetensors that training wrote, or its folder');
  await wrong('one network at a time, but "b" was given too', saved, 'b');
  await wrong(`there is no file "${place('no')}"`, place('no'));
  for (const range of ['1', '1,x', '2,1', '1,', '1,2,3'])
    await wrong(`--inputs is "${range}"; wanted two numbers in order, as in --inputs=-1,1`, saved, '--inputs', range);
  await wrong('--out is "a.png"; wanted a file that ends in .html, .json or .txt', saved, '--out', 'a.png');
  await wrong('--json and --out "a.html" ask for two forms; wanted one', saved, '--json', '--out', 'a.html');
  await wrong('--target is about the data, but there is no --data', saved, '--target', 'heat');
  await wrong('--target is for files; the data set "sine" has its own', saved, '--data', 'sine', '--target', 'x');
  await wrong(`there is no file "${place('no.csv')}"`, saved, '--data', place('no.csv'), '--target', 'x');
  const { code, complaints } = await called(saved, '--data', 'cheetah');
  expect(code).toBe(2);
  expect(complaints).toMatch(/inspect: "cheetah" has the inputs 17 \(.*\), but the network takes 1\n/);
});

test('a file that holds no network is refused by name with code 1, and nothing is written', async () => {
  const damaged = place('damaged.safetensors');
  await writeFile(damaged, (await readFile(place('liquid.safetensors'))).subarray(0, 40));
  const { code, complaints } = await called(damaged, '--out', place('damaged.html'));
  expect(code).toBe(1);
  expect(complaints).toContain(`rivulet: inspect: "${damaged}" holds no network: safetensors: `);
  expect(await readdir(folder)).not.toContain('damaged.html');
});
