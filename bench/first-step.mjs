// A process of its own for each answer, as a program that uses the library for the first time: node bench/first-step.mjs WHAT SHAPE.
// WHAT is nothing (Node alone), stream or train (up to the first answer), or compile (how long each part takes).
const { units, inputs, batch, steps, outputs } = JSON.parse(process.argv[3]);
const say = (told = {}) => process.stdout.write(`${JSON.stringify(told)}\n`);
if (process.argv[2] === 'nothing') say();
else {
  const { autoNcp, full, model, program, synaptic } = await import('../dist/index.js');
  const wiring = outputs === undefined ? full(units) : autoNcp({ units, outputs });
  const network = model({ cell: synaptic(), inputs, wiring, seed: 1 });
  const sequences = (batch, steps) => ({
    batch,
    steps,
    x: Float32Array.from({ length: batch * steps * inputs }, (_, k) => Math.sin(12.9898 * k)),
  });
  const tasks = {
    stream() {
      program(network).stream().push(new Float32Array(inputs));
      say();
    },
    async train() {
      const { adam } = await import('../dist/optimizers/adam.js');
      const { mse } = await import('../dist/losses/mse.js');
      const { measureLoss } = await import('../dist/training/measure-loss.js');
      const machine = program(network);
      const data = { ...sequences(batch, steps), target: new Float32Array(batch * steps * network.outputs) };
      const cotangent = new Float32Array(data.target.length);
      const answer = machine.forward(data, { tape: true });
      measureLoss(mse(), answer.outputs, data, { outputs: network.outputs, when: 'every' }, cotangent);
      const { parameters: gradients } = machine.backward(cotangent, undefined, ['parameters']);
      machine.update((parameters) => adam().start(parameters.length).step(parameters, gradients, 1e-3));
      say();
    },
    compile() {
      const measured = (turn) => {
        const began = performance.now();
        turn();
        return performance.now() - began;
      };
      const one = sequences(1, 1);
      const infer = () => program(network).forward(one);
      const learn = () => {
        const machine = program(network);
        const { outputs } = machine.forward(one, { tape: true });
        machine.backward(outputs);
      };
      say({ infer: measured(infer), learn: measured(learn), again: measured(learn) });
    },
  };
  await tasks[process.argv[2]]();
}
