import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Streams by what they are of, as text: each runs in a process of its own, on what is built, because V8 shares what it learns of a function among all that use it. */
const streams = {
  'a model': 'program(model({ cell: synaptic(), ...some })).stream()',
  'a model that counts its sub-steps': 'program(model({ cell: ltc(), maxStep: 0.3, ...some })).stream()',
  'a stack':
    'program(stack({ layers: [model({ cell: ltc(), ...some }), model({ cell: cfc(), ...some, inputs: 6 })] })).stream()',
  'a compiled file': 'load(saveCompiled(model({ cell: synaptic(), ...some }))).program.stream()',
};

/** Bytes that a call allocates, on average over 300,000, once it is compiled; nothing is collected in between. */
const measured = (stream: string): Record<'push' | 'predictAt' | 'witness', number> => {
  const script = `
    import { ltc, model, program, stack, synaptic } from 'rivulet';
    import { cfc } from 'rivulet/cells/cfc';
    import { load } from 'rivulet/inference';
    import { saveCompiled } from 'rivulet/save-compiled';
    const some = { inputs: 2, units: 6, timeUnit: 0.7, seed: 1 };
    const stream = ${stream};
    const x = new Float64Array(2);
    let seconds = 0;
    let kept;
    // Whole seconds: V8 allocates a fraction that is passed to a function, before the function is there to prevent it.
    const calls = {
      push(count) {
        for (let k = 0; k < count; k++) {
          x[0] = (k % 7) / 7;
          stream.push(x, seconds++);
        }
      },
      predictAt(count) {
        for (let k = 0; k < count; k++) stream.predictAt(seconds + (k % 7));
      },
      witness(count) {
        for (let k = 0; k < count; k++) kept = [k];
      },
    };
    const found = {};
    for (const [name, call] of Object.entries(calls)) {
      for (let k = 0; k < 3; k++) call(100_000);
      gc();
      const before = process.memoryUsage().heapUsed;
      call(300_000);
      found[name] = (process.memoryUsage().heapUsed - before) / 300_000;
    }
    console.log(JSON.stringify(found));`;
  // Room for a hundred bytes a call, so that nothing is collected.
  const flags = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128', '--input-type=module'];
  return JSON.parse(execFileSync(process.execPath, [...flags, '--eval', script], { encoding: 'utf8' }));
};

test.for(Object.keys(streams))('a push into the stream of %s, and a look between two, allocates nothing', (name) => {
  const { push, predictAt, witness } = measured(streams[name as keyof typeof streams]);
  // The least there is, a number in a box, takes 16 bytes, a list more. Compiling again may take two megabytes in all, 7 a call.
  expect(witness).toBeGreaterThan(16);
  expect(push).toBeLessThan(8);
  expect(predictAt).toBeLessThan(8);
});
