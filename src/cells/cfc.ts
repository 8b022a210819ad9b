import { cell, kinds, matrix, taking, vector } from './cell.ts';
import { closedForm, type Layer, type Mode, modes } from './closed-form.ts';

/** Activations of the backbone's layers. */
export const backboneActivations = ['lecun_tanh', 'silu', 'relu', 'tanh', 'gelu'] as const;

export type BackboneActivation = (typeof backboneActivations)[number];

export interface CfcOptions {
  /** Default 'default', gated; 'no_gate' adds the second head whole; 'pure' is the closed-form solution. */
  readonly mode?: Mode;
  /** Size of the backbone's layers; default 128. */
  readonly backboneUnits?: number;
  /** Dense layers before the heads; default 1. With 0 the heads read the input and the state themselves. */
  readonly backboneLayers?: number;
  /** The backbone's activation; default 'lecun_tanh'. */
  readonly activation?: BackboneActivation;
  /** Share of the entries of each backbone layer that training drops; default 0. (The PyTorch form of ncps spares the first layer.) */
  readonly dropout?: number;
}
const take = taking<CfcOptions>('cfc', {
  mode: kinds.oneOf(...modes),
  backboneUnits: kinds.wholeFrom(1),
  backboneLayers: kinds.wholeFrom(0),
  activation: kinds.oneOf(...backboneActivations),
  dropout: kinds.rate,
});

/** Closed-form continuous-time network: a gated jump over the elapsed time instead of a differential equation. */
export const cfc = take((given) => {
  const { mode = 'default', backboneUnits, backboneLayers = 1, activation = 'lecun_tanh', dropout = 0 } = given;
  if (backboneLayers === 0 && (backboneUnits !== undefined || dropout !== 0))
    throw new Error('cfc: backboneUnits or dropout given, but backboneLayers is 0: there is no backbone');
  /** A dense layer on the input and the state, or on the backbone's line before. */
  const dense = (name: string, axis: string, before?: string): Layer =>
    before === undefined
      ? {
          text: `${name}_u @ u + ${name}_x @ x + ${name}_b`,
          params: {
            [`${name}_u`]: matrix(axis, 'input'),
            [`${name}_x`]: matrix(axis, 'state'),
            [`${name}_b`]: vector(axis),
          },
        }
      : {
          text: `${name}_W @ ${before} + ${name}_b`,
          params: { [`${name}_W`]: matrix(axis, 'backbone'), [`${name}_b`]: vector(axis) },
        };
  const line = (k: number) => (k === 0 ? 'h' : `h${k}`);
  const layers = Array.from({ length: backboneLayers }, (_, k) =>
    k === 0 ? dense('backbone', 'backbone') : dense(`backbone${k}`, 'backbone', line(k - 1)),
  );
  const heads = closedForm(mode, 'x', 'state', (name) =>
    dense(name, 'state', backboneLayers > 0 ? line(backboneLayers - 1) : undefined),
  );
  const active = (text: string) =>
    dropout > 0 ? `dropout(${activation}(${text}), ${dropout})` : `${activation}(${text})`;
  return cell({
    name: 'cfc',
    paper:
      'Hasani, Lechner, Amini, Liebenwein, Ray, Tschaikowski, Teschl, Rus 2022, Closed-form continuous-time neural networks',
    equation: [...layers.map(({ text }, k) => `${line(k)} = ${active(text)}`), ...heads.lines].join('\n'),
    axes: backboneLayers > 0 ? { backbone: backboneUnits ?? 128 } : {},
    params: Object.assign({}, ...layers.map(({ params }) => params), heads.params),
  });
});
