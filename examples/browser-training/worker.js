// Trains beside the page. In a project with a bundler, import from 'rivulet' instead.
import { ltc, model, saveModel, train } from '../../dist/index.js';
import { prepare } from './prepare.js';

let data;
let running = new AbortController();

const orders = {
  async look({ file, target }) {
    data = await prepare(file, target);
    const { training, notes, ...plain } = data;
    postMessage({ kind: 'data', ...plain });
  },

  async train({ units, epochs }) {
    running = new AbortController();
    const { signal } = running;
    const { names, timeUnit, hasGaps, training, notes } = data;
    const net = model({
      cell: ltc(),
      inputs: names.length,
      units,
      timeUnit,
      readout: { outputs: 1, when: 'every' },
      ...(hasGaps && { missing: 'hold' }),
    });
    const options = { loss: 'mse', epochs, batch: 4, learningRate: 0.02, schedule: 'cosine', signal };
    for await (const { model: trained, ...event } of train(net, training(), options)) {
      if (event.kind !== 'batch') postMessage(event);
      if (event.kind !== 'end') continue;
      // A network cannot be posted, its bytes can.
      const bytes = saveModel(trained, notes);
      postMessage({ kind: 'trained', bytes }, [bytes.buffer]);
    }
  },

  stop: () => running.abort(),
};

addEventListener('message', async ({ data: { kind, ...order } }) => {
  try {
    await orders[kind](order);
  } catch (error) {
    postMessage({ kind: 'error', message: error.message });
  }
});
