import type { Arrays } from '../formats/arrays.ts';
import { ncpsLtc } from '../formats/ncps-ltc.ts';
import { ncpsModule } from '../formats/ncps-module.ts';
import { networkOf } from '../formats/origin.ts';
import { program } from '../program.ts';
import { solvers } from '../solvers/index.ts';
import { compare, type Run } from './conformity.ts';

const orders = [
  { name: 'semi-implicit', tolerance: 5e-3 },
  { name: 'exponential', tolerance: 2e-3 },
  { name: 'exponential-midpoint', tolerance: 1e-4 },
] as const;

/** A stiff reference solution of the conductance LTC: the order between 96 and 384 sub-steps an interval, and the error at 384. */
export function conformTrajectory(arrays: Arrays): Run[] {
  const io = arrays.under('io.');
  const [steps = 0] = io('x').shape;
  const parameters = arrays.under('param.');
  const settings = { epsilon: 0, constraints: 'none', outputs: parameters('gleak').shape[0]! } as const;
  const sequences = {
    batch: 1,
    steps,
    x: io('x').data,
    dt: io('dt', steps).data,
    initial: io('h0', settings.outputs).data,
  };
  const wanted = io('h', steps, settings.outputs).data;
  return orders.map(({ name, tolerance }) => {
    const solver = solvers[name];
    const [coarse, fine] = [96, 384].map((unfolds) => {
      const net = { ...networkOf(ncpsModule(ncpsLtc, ''), parameters, { ...settings, unfolds }), solver };
      const it = program(net, { backend: 'wasm', precision: 'float64' });
      return compare('h at 384', it.forward(sequences, { states: true }).states ?? [], wanted, tolerance);
    });
    const error = Math.abs(Math.log(coarse!.error / fine!.error) / Math.log(384 / 96) - solver.order);
    const order = { array: `order ${solver.order}`, error, tolerance: 0.05, agrees: error <= 0.05 };
    return { name, comparisons: [fine!, order] };
  });
}
