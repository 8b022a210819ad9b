import { type Integrator, integrator } from './integrator.ts';

/** An explicit Runge–Kutta pair of which the last stage stands at the new state. */
export interface Pair extends Pick<Integrator, 'name' | 'order' | 'refine'> {
  /** Rows of the table; the last one is the weights of the new state. */
  readonly a: readonly (readonly number[])[];
  /** Weights of the stages in the estimated error over h. */
  readonly error: readonly number[];
  /** Order of h in the estimated error. */
  readonly errorOrder: number;
  /** State inside a step: y + h·Σ p_k(θ)·f_k at the share θ of it; p_k(θ) = Σ dense[k][m]·θ^(m+1). Needed where `refine` is above 1. */
  readonly dense?: readonly (readonly number[])[];
}

/** An integrator from a pair, with the steps of ode45 and ode23. */
export const embedded = ({ name, order, refine, a, error, errorOrder, dense }: Pair): Integrator =>
  integrator({ name, order, refine }, ({ field, y, rate, rtol, threshold, steepness }) => {
    const n = y.length;
    const last = a.length - 1;
    const nodes = a.map((row) => row.reduce((sum, v) => sum + v, 0));
    const vector = () => new Float64Array(n);
    const rates = [rate, ...Array.from({ length: last }, vector)];
    const [state, estimate] = [vector(), vector()];
    let [length, wish] = [0, 0];

    /** Add the rates of a row of the table, h times, to `out`. */
    const add = (row: readonly number[], h: number, out: Float64Array) => {
      for (let k = 0; k < row.length; k++) {
        if (row[k] === 0) continue;
        const weight = h * row[k]!;
        const from = rates[k]!;
        for (let i = 0; i < n; i++) out[i]! += weight * from[i]!;
      }
    };

    return {
      first: (0.8 * rtol ** (1 / errorOrder)) / steepness,
      attempt(t, h, end, failures) {
        length = end - t;
        for (let stage = 1; stage <= last; stage++) {
          state.set(y);
          add(a[stage]!, length, state);
          field(Math.min(end, t + nodes[stage]! * length), state, rates[stage]!);
        }
        estimate.fill(0);
        add(error, h, estimate);
        let size = 0;
        for (let i = 0; i < n; i++) {
          const scale = Math.max(Math.abs(y[i]!), Math.abs(state[i]!), threshold);
          size = Math.max(size, Math.abs(estimate[i]!) / scale);
        }
        const growth = (size / rtol) ** (1 / errorOrder);
        if (size <= rtol) {
          if (failures === 0) wish = 1.25 * growth > 0.2 ? h / (1.25 * growth) : 5 * h;
          else wish = h;
          return true;
        }
        // A size that is not a number says nothing of how much shorter the step must be.
        wish = h * (failures > 0 ? 0.5 : growth >= 0 ? Math.max(0.1, 0.8 / growth) : 0.1);
        return false;
      },
      next: () => wish,
      inside(share, out) {
        out.set(y);
        for (let k = 0; k <= last; k++) {
          let polynomial = 0;
          for (let m = dense![k]!.length - 1; m >= 0; m--) polynomial = (polynomial + dense![k]![m]!) * share;
          const weight = length * polynomial;
          const from = rates[k]!;
          for (let i = 0; i < n; i++) out[i]! += weight * from[i]!;
        }
      },
      accept() {
        y.set(state);
        const spent = rates[0]!;
        rates[0] = rates[last]!;
        rates[last] = spent;
      },
    };
  });
