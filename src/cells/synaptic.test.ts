import { expect, test } from 'vitest';
import { distance, draws } from '../../test/networks.ts';
import { model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { synaptic } from './synaptic.ts';

const [inputs, units, unfolds] = [3, 5, 6];

test('with cm a sixth of cm_t and a sample of length 1, six fused steps are those of the published TensorFlow 1 cell', () => {
  const cell = synaptic({ epsilon: 0, input: 'none', output: 'none' });
  const of = model({ cell, inputs, units, constraints: 'none', unfolds, seed: 2 });
  const parameters = Float64Array.from(of.parameters);
  const slot = (name: string) => {
    const { offset, size } = of.layout.find((each) => each.name === name)!;
    return parameters.subarray(offset, offset + size);
  };
  const [gleak, vleak, cm_t] = [slot('gleak').slice(), slot('vleak').slice(), slot('cm').slice()];
  slot('cm').forEach((cm, k, all) => {
    all[k] = cm / unfolds;
  });
  const { sensory, recurrent } = of.connections;
  const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
  /** v ← (cm_t·v + gleak·vleak + Σ W·s·erev)/(cm_t + gleak + Σ W·s): no Δt and no ε, all sums at the v before the step. */
  const fusedStep = (v: readonly number[], u: readonly number[]) =>
    v.map((own, j) => {
      let [over, under] = [cm_t[j]! * own + gleak[j]! * vleak[j]!, cm_t[j]! + gleak[j]!];
      for (const [kind, { source, target }, from] of [
        ['sensory_', sensory, u],
        ['', recurrent, v],
      ] as const)
        target.forEach((to, k) => {
          if (to !== j) return;
          const [w, sigma, mu, erev] = ['w', 'sigma', 'mu', 'erev'].map((name) => slot(kind + name)[k]!) as [
            number,
            number,
            number,
            number,
          ];
          const open = w * sigmoid(sigma * (from[source[k]!]! - mu));
          over += open * erev;
          under += open;
        });
      return over / under;
    });
  const steps = 4;
  const x = draws(steps * inputs, 3);
  let v: readonly number[] = Array.from(draws(units, 4));
  const it = program(withParameters(of, parameters), { backend: 'javascript' });
  const { states } = it.forward({ batch: 1, steps, x, initial: v }, { states: true });
  for (let t = 0; t < steps; t++) {
    for (let n = 0; n < unfolds; n++) v = fusedStep(v, Array.from(x.slice(t * inputs, (t + 1) * inputs)));
    // float64, and six steps of a dozen roundings a sample.
    expect(distance(states!.slice(t * units, (t + 1) * units), v)).toBeLessThan(1e-14);
  }
});
