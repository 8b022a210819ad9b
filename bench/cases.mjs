// The cases: what is computed, by whom it does not matter. A case folder is how they are told to contestants in any language:
// case.json, each array as a little-endian float32 file under the names of ncps or PyTorch, and the same network as our model file.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const { autoNcp, exportNcps, full, model, saveModel, synaptic } = await import('../dist/index.js');
const { cfc } = await import('../dist/cells/cfc.js');
const { gru } = await import('../dist/cells/gru.js');
const { lstm } = await import('../dist/cells/lstm.js');
const { scatter } = await import('../dist/formats/mapping.js');
const { readSafetensors } = await import('../dist/formats/safetensors.js');
const { torchGru, torchLstm } = await import('../dist/formats/torch-rnn.js');
const { random } = await import('../dist/random.js');

/** The sizes of the issue; `outputs` of a neural circuit policy, which is what an LTC is wired as there. */
export const shapes = {
  A32: { units: 32, inputs: 8, batch: 16, steps: 32 },
  N19: { units: 19, inputs: 2, batch: 64, steps: 48, outputs: 1 },
  B64: { units: 64, inputs: 16, batch: 64, steps: 64 },
  C128: { units: 128, inputs: 32, batch: 128, steps: 32 },
  /** Batch inference. */
  I32: { units: 32, inputs: 8, batch: 256, steps: 64 },
};

const torchArrays = (family) => (net) => scatter(net, family.mapping(net), net.parameters);
const ncpsArrays = (net) => readSafetensors(exportNcps(net)).tensors;

/** Each model: how people call it, its cell, whether it can be wired, and its parameters as the library it is compared with has them. */
export const models = {
  ltc: { title: 'LTC', cell: () => synaptic(), wired: true, arrays: ncpsArrays },
  cfc: { title: 'CfC', cell: () => cfc(), wired: false, arrays: ncpsArrays },
  'cfc-pure': { title: 'CfC pure', cell: () => cfc({ mode: 'pure' }), wired: false, arrays: ncpsArrays },
  lstm: { title: 'LSTM', cell: () => lstm(), wired: false, arrays: torchArrays(torchLstm) },
  gru: { title: 'GRU', cell: () => gru(), wired: false, arrays: torchArrays(torchGru) },
};

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {string} shape
 * @property {keyof typeof models} model
 * @property {import('../src/model.ts').Model} network
 * @property {number} batch
 * @property {number} steps
 */

/** @returns {Case} A model at a shape, or at any sizes. */
export function caseOf(/** @type {keyof typeof models} */ kind, /** @type {string} */ shape, sizes = shapes[shape]) {
  const { units, inputs, batch, steps, outputs, unfolds = 6 } = sizes;
  const { title, cell, wired } = models[kind];
  const wiring = wired && outputs !== undefined ? autoNcp({ units, outputs }) : full(units);
  const network = model({ cell: cell(), inputs, wiring, unfolds, seed: 1 });
  return { name: `${title} ${shape}`, shape, model: kind, network, batch, steps };
}

/** Synapses that are computed over a whole case: those from the inputs once a sample, those between units once a sub-step. */
export const synapseTurns = (/** @type {Case} */ { network: { connections, unfolds }, batch, steps }) =>
  (connections.sensory.source.length + connections.recurrent.source.length * unfolds) * batch * steps;

/** A part of a case that computes at most about `most` synapses, for whoever is slow: fewer steps first, then fewer sequences. */
export function part(/** @type {Case} */ of, /** @type {number} */ most) {
  const steps = Math.max(2, Math.min(of.steps, Math.floor((of.steps * most) / synapseTurns(of))));
  const shorter = { ...of, steps };
  const batch = Math.max(1, Math.min(of.batch, Math.floor((of.batch * most) / synapseTurns(shorter))));
  return { ...shorter, batch };
}

/** `(batch, steps, width)` numbers from −1 to 1; those of a part are not those of the whole. */
function numbers({ batch, steps }, width, seed) {
  const draw = random(seed);
  return {
    shape: [batch, steps, width],
    data: Float32Array.from({ length: batch * steps * width }, () => 2 * draw.uniform() - 1),
  };
}

/** Write a case folder. */
export function writeCase(/** @type {string} */ folder, /** @type {Case} */ of) {
  const { network, shape, batch, steps } = of;
  mkdirSync(folder, { recursive: true });
  const arrays = new Map([
    ...models[of.model].arrays(network),
    ['x', numbers(of, network.inputs, 1)],
    ['target', numbers(of, network.outputs, 2)],
  ]);
  const listed = {};
  for (const [name, { shape, data }] of arrays) {
    listed[name] = { shape, file: `${name}.f32` };
    writeFileSync(join(folder, `${name}.f32`), Float32Array.from(data));
  }
  const { sizes, inputs, unfolds, connections, outputs: motor } = network;
  const wiring = connections.full ? 'full' : 'auto-ncp';
  const told = {
    shape,
    model: of.model,
    units: sizes.state,
    inputs,
    batch,
    steps,
    unfolds,
    motor,
    wiring,
    learningRate: 0.001,
  };
  writeFileSync(join(folder, 'case.json'), `${JSON.stringify({ ...told, arrays: listed }, null, 1)}\n`);
  writeFileSync(join(folder, 'model.safetensors'), saveModel(network));
  return folder;
}
