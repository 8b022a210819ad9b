import type { Settings } from './family.ts';

/** Metadata of a file: texts, which may be JSON. */
export type Metadata = Readonly<Record<string, string>>;

/** The names that ncps's constructors have for settings. */
const names = {
  mode: 'mode',
  activation: 'backbone_activation',
  dropout: 'backbone_dropout',
  unfolds: 'ode_unfolds',
  epsilon: 'epsilon',
  constraints: 'implicit_param_constraints',
  outputs: 'outputs',
} as const satisfies Record<keyof Settings, string>;

/** The settings in metadata, under the names of ncps's constructors. Throws when one that is a number, or true or false, is not. */
export function settingsFrom(metadata: Metadata): Settings {
  /** A value without the quotes of JSON; undefined where it is `null`. */
  const text = (key: string) => {
    const value = metadata[key]?.trim().replace(/^"(.*)"$/, '$1');
    return value === undefined || /^(null|none)$/i.test(value) ? undefined : value;
  };
  const number = (key: string) => {
    const value = text(key);
    if (value === undefined || (value !== '' && Number(value) >= 0)) return value && Number(value);
    throw new Error(`metadata ${key} is ${metadata[key]}; wanted a number`);
  };
  const implicit = text(names.constraints)?.toLowerCase();
  if (implicit !== undefined && implicit !== 'true' && implicit !== 'false')
    throw new Error(`metadata ${names.constraints} is ${metadata[names.constraints]}; wanted true or false`);
  const found = {
    mode: text(names.mode),
    activation: text(names.activation) ?? text('activation'),
    dropout: number(names.dropout),
    unfolds: number(names.unfolds),
    epsilon: number(names.epsilon),
    constraints: implicit === undefined ? undefined : implicit === 'true' ? 'softplus' : 'none',
    outputs: number(names.outputs),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Settings;
}

/** Settings as metadata that {@link settingsFrom} reads. */
export function settingsTo({ constraints, ...rest }: Settings): Metadata {
  return Object.fromEntries([
    ...Object.entries(rest).map(([name, value]) => [names[name as keyof Settings], String(value)]),
    ...(constraints === undefined ? [] : [[names.constraints, String(constraints === 'softplus')]]),
  ]);
}
