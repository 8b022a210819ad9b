import { type Declaration, vector } from './cell.ts';

/** Forms of the closed-form step: gated, with the second head added whole (`no_gate`), or the solution itself (`pure`). */
export const modes = ['default', 'no_gate', 'pure'] as const;

export type Mode = (typeof modes)[number];

/** A dense layer of a cell: its text, and the arrays in it. */
export interface Layer {
  readonly text: string;
  readonly params: Readonly<Record<string, Declaration>>;
}

/** Lines that jump `state`, whose axis is `axis`, by dt in closed form, and their arrays. `dense` makes a head's layer; all new names begin with `prefix`. */
export const closedForm = (
  mode: Mode,
  state: string,
  axis: string,
  dense: (name: string) => Layer,
  prefix = '',
): { readonly lines: readonly string[]; readonly params: Layer['params'] } => {
  const [ff1, ff2, gate, wTau, A] = ['ff1', 'ff2', 'gate', 'w_tau', 'A'].map((name) => prefix + name);
  const head = (name: string) => dense(prefix + name);
  const one = head('ff1');
  if (mode === 'pure') {
    // ncps sets w_tau = 0 and A = 1, then draws both from Xavier's range; at 0, |w_tau| would have no gradient.
    const own: Declaration = { ...vector(axis), initial: 'glorot' };
    return {
      lines: [`${ff1} = ${one.text}`, `${state}' = ${A} - ${A} * exp(-dt * (abs(${wTau}) + abs(${ff1}))) * ${ff1}`],
      params: { ...one.params, [wTau!]: own, [A!]: own },
    };
  }
  const [two, a, b] = [head('ff2'), head('time_a'), head('time_b')];
  return {
    lines: [
      `${ff1} = tanh(${one.text})`,
      `${ff2} = tanh(${two.text})`,
      `${gate} = sigmoid((${a.text}) * dt + ${b.text})`,
      `${state}' = ${mode === 'default' ? `${ff1} * (1 - ${gate})` : ff1} + ${gate} * ${ff2}`,
    ],
    params: { ...one.params, ...two.params, ...a.params, ...b.params },
  };
};
