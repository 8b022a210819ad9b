import { hasFlow } from '../cells/cell.ts';
import { print } from '../equation/print.ts';
import type { Model } from '../model.ts';
import { arraysOf, type Dense } from './arrays.ts';
import type { Settings } from './family.ts';
import { scatter } from './mapping.ts';
import { ncpsCfc } from './ncps-cfc.ts';
import { ncpsLtc } from './ncps-ltc.ts';
import { type NcpsModule, ncpsModule } from './ncps-module.ts';
import { settingsFrom, settingsTo } from './ncps-settings.ts';
import { ncpsWiredCfc } from './ncps-wired-cfc.ts';
import { networkOf } from './origin.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';

/** What a state dict does not hold; each default is the Python module's own, or what the file's metadata say. */
export interface NcpsOptions extends Settings {
  /** Seconds in one unit of dt; default 1. */
  readonly timeUnit?: number;
}

/** Options of {@link exportNcps}. */
export interface ExportOptions {
  /** Default float32, the type of PyTorch's parameters. */
  readonly precision?: 'float32' | 'float64';
}

const modules = [ncpsLtc, ncpsWiredCfc, ncpsCfc].map((cell) => ncpsModule(cell, 'rnn_cell.'));
const bareCells = [ncpsLtc, ncpsWiredCfc, ncpsCfc].map((cell) => ncpsModule(cell, ''));

/** Every kind of network of `ncps.torch`: the modules LTC and CfC, and their cells. */
export const ncpsModules: readonly NcpsModule[] = [...modules, ...bareCells];

/**
 * The model of a state dict of `ncps.torch` 1.0.1: of LTC, CfC and CfC with a wiring, with mixed memory and projection, or of a cell alone.
 * Takes a safetensors file, or its tensors. Throws when the arrays are of another kind, or contradict each other or the options.
 */
export function importNcps(file: Uint8Array | ReadonlyMap<string, Tensor>, options: NcpsOptions = {}): Model {
  const { tensors, metadata } = file instanceof Uint8Array ? readSafetensors(file) : { tensors: file, metadata: {} };
  const { timeUnit = Number(metadata.time_unit ?? 1), ...settings } = options;
  const arrays = arraysOf(tensors);
  try {
    const origin = ncpsModules.find((each) => each.recognises(arrays)) ?? refused(arrays.names);
    for (const name of Object.keys(settings)) {
      const { knows = [] } = origin;
      if (!knows.includes(name as keyof Settings))
        throw new Error(
          `there is no option "${name}" for ${origin.name}; the options are timeUnit, ${knows.join(', ')}`,
        );
    }
    if (!(timeUnit > 0 && timeUnit < Number.POSITIVE_INFINITY))
      throw new Error(`timeUnit is ${timeUnit}, but must be a positive number`);
    const net = networkOf(origin, arrays, { ...settingsFrom(metadata), ...settings });
    const mask = [...(origin.fixed?.(net).keys() ?? [])].find((name) => !arrays.has(name));
    if (mask !== undefined)
      throw new Error(
        `there is no array "${mask}", which says what synapses exist; state_dict() has it, among the parameters that are not trained`,
      );
    return { ...net, timeUnit };
  } catch (error) {
    throw new Error(`importNcps: ${(error as Error).message}`);
  }
}

/**
 * A model as the safetensors file of a state dict that `load_state_dict` of an `ncps.torch` module takes; metadata say how to make the module.
 * Entries behind a mask are 0. Throws when ncps has no such network.
 */
export function exportNcps(of: Model, { precision = 'float32' }: ExportOptions = {}): Uint8Array {
  if (precision !== 'float32' && precision !== 'float64')
    throw new Error(`exportNcps: precision is "${precision}", but must be "float32" or "float64"`);
  const origin = modules.find((each) => each.settings(of) !== undefined);
  if (!origin)
    throw new Error(`exportNcps: ncps has no cell "${of.cell.name}"; it has LTC (our synaptic), CfC and wired CfC`);
  const settings = origin.settings(of)!;
  const arrays = new Map<string, Dense>([
    ...scatter(of, origin.mapping(of), of.parameters),
    ...(origin.fixed?.(of) ?? []),
  ]);
  const difference = differenceOf(of, origin.network(arraysOf(arrays), settings));
  if (difference !== undefined) throw new Error(`exportNcps: ${origin.name} has ${difference}`);
  const kind = precision === 'float32' ? Float32Array : Float64Array;
  return writeSafetensors(
    new Map([...arrays].map(([name, { shape, data }]) => [name, { shape, data: kind.from(data) }])),
    {
      source: 'Rivulet, for ncps.torch',
      ...settingsTo(settings),
      ...(of.timeUnit === 1 ? {} : { time_unit: String(of.timeUnit) }),
    },
  );
}

/** What a network of ncps has that a model does not, in words; undefined when they compute the same. */
function differenceOf(own: Model, theirs: Model): string | undefined {
  const [equation, other] = [own, theirs].map(({ cell }) => print(cell.equation));
  if (equation !== other) return `another equation; this is\n${equation}\nand that is\n${other}`;
  if (hasFlow(own.cell)) {
    if (own.solver.step.source !== theirs.solver.step.source)
      return `the solver "${theirs.solver.name}", and this model "${own.solver.name}"`;
    if (own.maxStep !== undefined)
      return 'a number of sub-steps (unfolds), and this model the largest sub-step (maxStep)';
    if (own.interpolation !== 'hold') return 'inputs that are held within a step, and this model draws lines';
  }
  if (own.missing === 'hold') return 'no inputs that say how long each was missing, and this model does';
  if (own.sizes[own.cell.output] !== theirs.sizes[theirs.cell.output])
    return `${theirs.sizes[theirs.cell.output]} outputs, one per unit, and this model ${own.sizes[own.cell.output]}`;
  if (own.parameters.length !== theirs.parameters.length)
    return `${theirs.parameters.length} parameters, and this model ${own.parameters.length}, as its wiring leaves some out`;
  return undefined;
}

/** Say why arrays are not those of `ncps.torch`. */
function refused(names: readonly string[]): never {
  const keras = names.find((name) => /[/:]|(^|\.)kernel|ff[12]_(weight|bias|kernel)|backbone\d|\bvars\b/.test(name));
  if (keras !== undefined)
    throw new Error(
      `"${keras}" is a name of the Keras (TensorFlow) form of ncps, whose weights mean something else: its CfC gates with −time_a, has no tanh on its heads and keeps signs in its masks; export from ncps.torch`,
    );
  const part = names.map((name) => /^(.+\.)rnn_cell\./.exec(name)?.[1]).find((prefix) => prefix !== undefined);
  if (part !== undefined)
    throw new Error(
      `these are the arrays of a module around a network of ncps, which is behind "${part}"; save that part alone, module.${part}state_dict()`,
    );
  throw new Error(
    `these arrays are of no network of ncps.torch, which has "gleak" (LTC), "ff1.weight" (CfC) or "layer_0.ff1.weight" (CfC with a wiring), behind "rnn_cell." in a module; there are ${names.join(', ')}`,
  );
}
