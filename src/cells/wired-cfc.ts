import { cell, type Declaration, kinds, matrix, taking, vector, wired } from './cell.ts';
import { closedForm, type Mode, modes } from './closed-form.ts';

export interface WiredCfcOptions {
  /**
   * Default 'wired': heads and time gates have their weights on the wiring's synapses, so density is what the wiring says; all units jump at once.
   * 'ncps': layer after layer within a sample, with dense recurrence and time gates; only the two heads' weights between layers are wired, as in ncps.
   */
  readonly form?: 'wired' | 'ncps';
  /** Layers of the wiring, for the form 'ncps'; default 3, as an NCP has (inter, command, motor). */
  readonly layers?: number;
  /** Default 'default', gated; 'no_gate' adds the second head whole; 'pure' is the closed-form solution. */
  readonly mode?: Mode;
}
const take = taking<WiredCfcOptions>('wired-cfc', {
  form: kinds.oneOf('wired', 'ncps'),
  layers: kinds.wholeFrom(1),
  mode: kinds.oneOf(...modes),
});

const paper =
  'Hasani, Lechner, Amini, Liebenwein, Ray, Tschaikowski, Teschl, Rus 2022, Closed-form continuous-time neural networks';

/** Closed-form continuous-time network without a backbone, whose synapses are the wiring's. */
export const wiredCfc = take(({ form = 'wired', layers, mode = 'default' }) => {
  /** A head of a layer: on what comes in, and on the layer's own state. */
  const dense = (name: string, from: readonly [string, Declaration], own: readonly [string, Declaration]) => ({
    text: `${name}_u @ ${from[0]} + ${name}_x @ ${own[0]} + ${name}_b`,
    params: { [`${name}_u`]: from[1], [`${name}_x`]: own[1], [`${name}_b`]: vector(own[1].axes[0]!) },
  });
  if (form === 'wired') {
    if (layers !== undefined) throw new Error('wired-cfc: layers given, but only the form "ncps" goes by layers');
    const { lines, params } = closedForm(mode, 'x', 'state', (name) =>
      dense(name, ['u', wired(matrix('state', 'input'))], ['x', wired(matrix('state', 'state'))]),
    );
    return cell({ name: 'wired-cfc', paper, equation: lines.join('\n'), params });
  }
  const count = layers ?? 3;
  const steps = Array.from({ length: count }, (_, k) => {
    const [axis, from] = [`layer${k}`, k === 0 ? 'input' : `layer${k - 1}`];
    const head = (name: string) => {
      const weights = matrix(axis, from);
      const isGate = /_time_[ab]$/.test(name);
      return dense(
        name,
        [k === 0 ? 'u' : `x${k - 1}'`, isGate ? weights : wired(weights)],
        [`x${k}`, matrix(axis, axis)],
      );
    };
    return closedForm(mode, `x${k}`, axis, head, `layer${k}_`);
  });
  return cell({
    name: 'wired-cfc',
    paper,
    equation: [...steps.flatMap(({ lines }) => lines), `y = x${count - 1}`].join('\n'),
    states: Object.fromEntries(steps.map((_, k) => [`x${k}`, [`layer${k}`]])),
    params: Object.assign({}, ...steps.map(({ params }) => params)),
  });
});
