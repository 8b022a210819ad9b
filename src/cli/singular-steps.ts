import { singularStep } from '../analysis/singular-step.ts';
import { hasFlow } from '../cells/cell.ts';
import type { Network } from '../network.ts';
import { layersOf } from '../report/describe-network.ts';
import type { Sequences } from '../sequences.ts';
import { countOf } from '../timing.ts';

/** Weights move in training, so what happens at sub-steps this much longer is said too. */
const MARGIN = 2;

/** What is to be said of models of a network whose solver may divide by zero at about the sub-steps of some sequences. */
export function singularSteps(net: Network, { batch, steps, dt, mask }: Sequences): string[] {
  return layersOf(net).flatMap(({ name, model }) => {
    if (!hasFlow(model.cell)) return [];
    let longest = 0;
    for (let at = 0; at < batch * steps; at++) {
      const elapsed = dt?.[at] ?? 1;
      if (mask?.[at] !== 0) longest = Math.max(longest, elapsed / countOf(model, elapsed));
    }
    const found = singularStep(model);
    if (!found || MARGIN * longest < found.step) return [];
    const margin = longest < found.step ? ', and training moves the slope' : '';
    return [
      `${name === '' ? '' : `${name}: `}${found.message}; here they are as long as ${longest.toPrecision(3)}${margin}; use more sub-steps, or exponential`,
    ];
  });
}
