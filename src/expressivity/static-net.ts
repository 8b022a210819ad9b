import type { Count, Visit } from '../integrators/integrator.ts';
import type { Activation } from './activations.ts';
import { circlePoints, TURN } from './circle.ts';
import type { Layer } from './draw.ts';
import { affine } from './field.ts';

/** The static feed-forward net of Figure 1 at every point of the input: what each layer answers, layer by layer in `y`. No steps are taken. */
export function staticNet(layers: readonly Layer[], act: Activation, inputSteps: number, visit: Visit): Count {
  const width = layers[0]!.bias.length;
  const products = layers.map(({ forward, bias, inputs }) => affine(forward, bias, inputs));
  const y = new Float64Array(layers.length * width);
  const z = new Float64Array(4 * Math.ceil(width / 4));
  circlePoints(inputSteps).forEach((point, k) => {
    const u = Float64Array.from(point);
    products.forEach((product, layer) => {
      const at = layer * width;
      if (layer === 0) product(u, 0, z);
      else product(y, at - width, z);
      for (let i = 0; i < width; i++) y[at + i] = act(z[i]!);
    });
    visit((TURN * k) / (inputSteps - 1), y);
  });
  return { accepted: 0, rejected: 0, evaluations: 0 };
}
