// Rivulet as a contestant, on the terms of every peer: node bench/ours.mjs CASE_DIR [--threads N] [--fma off] [--backend javascript]
// [--build DIST]. Says one JSON line when it is ready, then one for each line it is told: "step K", "forward K", "stream K", "quit".
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    fma: { type: 'string' },
    backend: { type: 'string' },
    build: { type: 'string', default: join(import.meta.dirname, '../dist') },
  },
});
const load = (path) => import(pathToFileURL(resolve(values.build, path)).href);
const { loadModel, program } = await load('index.js');
const { adam } = await load('optimizers/adam.js');
const { mse } = await load('losses/mse.js');
const { bptt } = await load('gradients/bptt.js');
const { measureLoss } = await load('training/measure-loss.js');

const folder = positionals[0];
const { batch, steps, inputs, motor, learningRate, arrays } = JSON.parse(
  readFileSync(join(folder, 'case.json'), 'utf8'),
);
const numbers = (name) => new Float32Array(new Uint8Array(readFileSync(join(folder, arrays[name].file))).buffer);
const { model: network } = loadModel(readFileSync(join(folder, 'model.safetensors')));
const data = { batch, steps, x: numbers('x'), target: numbers('target') };
const threads = Number(values.threads);
const options = {
  ...(values.fma && { fma: values.fma }),
  ...(values.backend && { backend: values.backend }),
  ...(threads > 1 && { threads }),
};
const say = (told) => process.stdout.write(`${JSON.stringify(told)}\n`);

/** Forward, loss and backward: what a training step does before its optimizer, as `train` does it. */
function learning(machine) {
  const method = bptt().of(machine);
  const shape = { outputs: motor, when: 'every' };
  const loss = mse();
  const cotangent = new (machine.precision === 'float32' ? Float32Array : Float64Array)(batch * steps * motor);
  return () => {
    const { outputs } = method.forward(data);
    const { loss: value } = measureLoss(loss, outputs, data, shape, cotangent);
    return { outputs, loss: value, gradients: method.backward(cotangent, undefined, ['parameters']).parameters };
  };
}

const norm = (list) => Math.sqrt(list.reduce((sum, v) => sum + v * v, 0));
const times = (count, turn) =>
  Array.from({ length: count }, () => {
    const began = performance.now();
    turn();
    return performance.now() - began;
  });

/** Throws where answers, those of the first sequences, are not those that the learning pass gave and the harness checked. */
function checkSame(what, found) {
  const off = found.reduce((most, v, k) => Math.max(most, Math.abs(v - outputs[k])), 0);
  if (!(off <= 1e-4)) throw new Error(`${what} is off from the training pass by ${off}`);
}

/** What can be asked for; each makes its own program when it is asked for first. */
const verbs = {
  step(machine) {
    const learn = learning(machine);
    const optimizer = adam().start(network.parameters.length);
    return (count) =>
      times(count, () => {
        const { gradients } = learn();
        machine.update((parameters) => optimizer.step(parameters, gradients, learningRate));
      });
  },
  forward(machine) {
    checkSame('a forward pass', machine.forward(data).outputs);
    return (count) => times(count, () => machine.forward(data));
  },
  stream(machine) {
    const stream = machine.stream();
    const samples = Array.from({ length: steps }, (_, t) => data.x.subarray(t * inputs, (t + 1) * inputs));
    checkSame(
      'a stream',
      samples.flatMap((sample) => [...stream.push(sample)]),
    );
    stream.reset();
    let t = 0;
    // A look at the clock takes as long as a fifth of a small sample, so it is looked at once in twenty.
    const turn = () => {
      for (let k = 0; k < 20; k++) stream.push(samples[t++ % steps]);
    };
    return (count) => times(Math.ceil(count / 20), turn).map((ms) => ms / 20);
  },
};

let machine;
try {
  machine = program(network, options);
} catch (error) {
  if (!/"threads"/.test(error.message)) throw error;
  say({ missing: 'this build knows no option "threads"' });
  process.exit(0);
}
const { outputs, loss, gradients } = learning(machine)();
const gradNorm = norm(gradients);
say({
  peer: 'rivulet',
  versions: { node: process.versions.node },
  ready: true,
  loss,
  gradNorm,
  outputs: Array.from(outputs.subarray(0, 8)),
  fma: machine.fma,
  memory: machine.memory,
});
const begun = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const [verb, count] = line.split(' ');
  if (verb === 'quit') break;
  if (!begun.has(verb)) begun.set(verb, verbs[verb](program(network, options)));
  say({ ms: begun.get(verb)(Number(count)) });
}
process.exit(0);
