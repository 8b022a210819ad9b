import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cells } from '../cells/index.ts';
import { read } from '../datasets/read.ts';
import { sine } from '../datasets/sine.ts';
import { loadModel } from '../formats/model-file.ts';
import { quantity } from '../report/quantity.ts';
import type { Labelled } from '../sequences.ts';
import { evaluate } from '../training/evaluate.ts';
import { run } from './run.ts';

let folder = '';
let data: Labelled;
beforeAll(async () => {
  data = (await sine.load(read)).test;
  folder = await mkdtemp(join(tmpdir(), 'rivulet-networks-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function train(line: string) {
  const said = { out: '', complaints: '' };
  const io = {
    out: (text: string) => {
      said.out += text;
    },
    screen: undefined,
    colour: false,
    signal: new AbortController().signal,
  };
  const argv = ['train', 'sine', '--epochs', '1', '--batch', '60', '--out', folder, ...line.split(' ')];
  const code = await run(argv, io, (text) => {
    said.complaints += text;
  });
  return { code, ...said };
}

/** Networks by the options that ask for them, and what is said of each. */
const networks: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(cells).map((cell) => [`--cell ${cell} --units 4`, `4 ${cell} units`])),
  '--cell lstm --units 5,4 --dropout 0.2': '5 + 4 lstm units',
  '--cell gru --units 4,3 --bidirectional': '4 + 3 gru units each way',
  '--cell ltc --units 4 --bidirectional': 'sequences are read from both ends',
  '--cell ltc --units 4 --mixed-memory --solver exponential': '4 mixed-ltc units, exponential × 6',
  '--cell wired-cfc:form=ncps --units 12 --wiring auto-ncp:sparsity=0.6,outputs=2': 'layers of 6 → 4 → 2 neurons',
  '--cell cfc:mode=pure,backbone-units=6,backbone-layers=2 --units 4': '4 cfc units',
  '--cell synaptic:memory=1..50 --units 6 --wiring random:sparsity=0.8': 'no input reaches',
  '--units 12 --wiring ncp:command=3,motor=2,sensory-fanout=3,inter-fanout=2,recurrent-command-synapses=3,motor-fanin=2':
    'layers of 7 → 3 → 2 neurons',
  '--cell ltc --units 8,8 --wiring auto-ncp': 'layer 2: layers of 4 → 2 → 2 neurons',
  '--cell ode-rnn:hidden=3 --units 2 --solver heun --unfolds 1 --interpolation linear': '2 ode-rnn units, heun, ',
  '--cell ctrnn --units 2 --solver dopri5:rtol=0.01,atol=0.01': '2 ctrnn units, dopri5:rtol=0.01,atol=0.01, ',
  '--cell liquid --units 3 --solver trapezoid --unfolds 1': '3 liquid units, trapezoid, ',
};

test.for(Object.entries(networks))(
  'train %s writes a report, and a model that gives the printed result',
  async ([line, words]) => {
    const { code, out, complaints } = await train(line);
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
    expect(out).toContain(words);
    const { model } = loadModel(new Uint8Array(await readFile(join(folder, 'model.safetensors'))));
    expect(/this model +(\S+)/.exec(out)![1]).toBe(quantity(evaluate(model, data, { loss: 'mse' }).loss));
    const html = await readFile(join(folder, 'report.html'), 'utf8');
    expect(html).toContain('<math');
    expect(html).toContain('<h2>Network</h2>');
    // A network forgets by time constants, or else by jumps.
    expect(html.includes('<h2>Liquid time constants</h2>')).not.toBe(html.includes('<h2>Memory</h2>'));
  },
);

test('the command in a report makes the same network again', async () => {
  const line = '--cell gru --units 4,3 --bidirectional --dropout 0.1 --seed 5';
  await train(line);
  const [first, html] = await Promise.all([
    readFile(join(folder, 'model.safetensors')),
    readFile(join(folder, 'report.html'), 'utf8'),
  ]);
  const command = /npx rivulet train sine (.*)/.exec(html.replaceAll(/<[^>]*>/g, ''))![1]!;
  await train(command);
  expect(await readFile(join(folder, 'model.safetensors'))).toEqual(first);
});

test.for([
  ['--cell lsmt', `train: --cell "lsmt" is not one of ${Object.keys(cells).join(', ')}`],
  ['--cell cfc:mod=pure', '--cell cfc has no option "mod"; its options are mode, backbone-units, '],
  ['--cell cfc:mode=pur', '--cell cfc: mode is "pur"; wanted default, no_gate or pure'],
  ['--cell cfc:mode', '"mode" where cfc:option=value,… was wanted'],
  ['--cell ltc:memory=5', 'memory is "5"; wanted two numbers, as in 1..100'],
  ['--cell gru:form=torch', '--cell gru has no option "form"; it has none'],
  ['--cell lstm --solver heun', '--solver is for cells with a flow, but "lstm" jumps from sample to sample'],
  ['--cell cfc --unfolds 3', '--unfolds is for cells with a flow'],
  ['--cell lstm --wiring auto-ncp', 'cell "lstm" has no wired parameter, so it cannot obey the wiring "auto-ncp"'],
  ['--cell wired-cfc:form=ncps', 'a "full" wiring has no such axis'],
  ['--cell ctgru --mixed-memory', 'a memory goes in front of one state x'],
  ['--wiring random', '--wiring random wants sparsity, as in random:sparsity=…'],
  [
    '--wiring ncp:command=3,motor=2,motor-fanin=2',
    'wants sensory-fanout, inter-fanout, recurrent-command-synapses, as in ncp:command=3,motor=2,motor-fanin=2,sensory-fanout=…,inter-fanout=…,',
  ],
  ['--wiring random:sparsity=0.5,sparsity=0.6', 'gives sparsity twice'],
  ['--wiring full:self-connections=no', 'self-connections is "no"; wanted true or false'],
  ['--wiring auto-ncp --units 3', 'auto-ncp: units is 3, but must be a whole number of at least 4'],
  ['--wiring auto-ncp:outputs=9 --units 8', 'auto-ncp: outputs is 9, but must be a whole number from 1 to 5'],
  ['--solver dopri5:rtol=-1', 'rtol is -1, but must be a number of at least 0'],
  ['--units 8,', '--units is ""; wanted a whole number, 1 or more'],
  ['--dropout 0.2', 'dropout is 0.2, but lies between layers, and there is only one'],
  ['--cell lstm --gradient adjoint', 'adjoint: cell "lstm" jumps'],
  ['--bidirectional --gradient truncated', 'a bidirectional network reads later steps first'],
  ['--dropout 1', '--dropout is "1"; wanted a number from 0 to below 1'],
] as const)('train %s is refused before anything is loaded', async ([line, words]) => {
  const { code, out, complaints } = await train(line);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(complaints).toContain(words);
});
