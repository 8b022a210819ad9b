import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { arraysOf } from '../formats/arrays.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { ncpsLtc } from '../formats/ncps-ltc.ts';
import { ncpsModule } from '../formats/ncps-module.ts';
import { networkOf } from '../formats/origin.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { distance } from '../../test/networks.ts';
test('x', { timeout: 600000 }, () => {
  for (const file of ['ode-ltc-12', 'ode-ltc-stiff-96']) {
    const arrays = arraysOf(readSafetensors(readFileSync(`test/golden/${file}.safetensors`)).tensors);
    const io = arrays.under('io.');
    const [steps = 0] = io('x').shape;
    const parameters = arrays.under('param.');
    const settings = { epsilon: 0, constraints: 'none', outputs: parameters('gleak').shape[0]! } as const;
    const sequences = { batch: 1, steps, x: io('x').data, dt: io('dt', steps).data, initial: io('h0', settings.outputs).data };
    const wanted = io('h', steps, settings.outputs).data;
    const error = (solver: any, unfolds: number) => {
      const net = { ...networkOf(ncpsModule(ncpsLtc, ''), parameters, { ...settings, unfolds }), solver } as any;
      return distance(program(net, { precision: 'float64' }).forward(sequences, { states: true }).states!, wanted);
    };
    for (const name of ['semi-implicit','exponential','exponential-midpoint','implicit-euler','trapezoid','heun','rk4'] as const) {
      const t0 = performance.now();
      const [c, f] = [error(solvers[name], 96), error(solvers[name], 384)];
      console.log(file, steps, name, c.toExponential(2), f.toExponential(2), (Math.log(c / f) / Math.log(4)).toFixed(3), (performance.now() - t0).toFixed(0));
    }
    for (const rtol of [1e-3, 1e-6, 1e-9]) console.log(file, 'dopri5', rtol, error(dopri5({ rtol, atol: rtol / 1000 }), 1).toExponential(2));
  }
});
