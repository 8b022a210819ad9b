import { checkNames } from '../options.ts';
import { mt19937 } from '../random.ts';
import { checkWhole, type Wiring, wiring } from './wiring.ts';

/** Arguments of {@link ncp}. */
export interface NcpOptions {
  /** Inter neurons, which the inputs reach. */
  readonly inter: number;
  /** Command neurons, which the inter neurons reach and which are wired among themselves. */
  readonly command: number;
  /** Motor neurons, the outputs, which the command neurons reach. */
  readonly motor: number;
  /** Inter neurons that each input is wired to, 0 … `inter`. */
  readonly sensoryFanout: number;
  /** Command neurons that each inter neuron is wired to, 0 … `command`. */
  readonly interFanout: number;
  /** Synapses drawn among the command neurons; those drawn twice are one, so that fewer may exist. */
  readonly recurrentCommandSynapses: number;
  /** Command neurons that each motor neuron is wired from, 0 … `command`. */
  readonly motorFanin: number;
  /** Default 22222; 0 … 2^32 − 1. */
  readonly seed?: number;
}

/** Arguments of {@link autoNcp}. */
export interface AutoNcpOptions {
  /** All neurons, at least 4. */
  readonly units: number;
  /** Motor neurons, 1 … units − 3. */
  readonly outputs: number;
  /** From 0.1 (dense) to 1; default 0.5. */
  readonly sparsity?: number;
  /** Default 22222; 0 … 2^32 − 1. */
  readonly seed?: number;
}

const counts = [
  'inter',
  'command',
  'motor',
  'sensoryFanout',
  'interFanout',
  'recurrentCommandSynapses',
  'motorFanin',
] as const satisfies readonly (keyof NcpOptions)[];

/**
 * A neural circuit policy (Lechner, Hasani et al. 2020, Nature Machine Intelligence 2, algorithm 6): inputs → inter → command → motor
 * neurons, one synapse in two excitatory; ids are motor, command, inter. It is the `NCP` of `ncps`, synapse for synapse, which joins what
 * the draw left out: an inter or command neuron without a source gets the mean fan-in, at least 1, and a command neuron that no motor
 * neuron listens to the mean fan-out. That package bounds the fan-in of a command neuron by the number of command neurons where that of
 * inter neurons is meant; so it is here, to be equal. Throws when an argument is out of range.
 */
export function ncp(options: NcpOptions): Wiring {
  checkNames('ncp', options, [...counts, 'seed']);
  const { inter, command, motor, sensoryFanout, interFanout, recurrentCommandSynapses, motorFanin } = options;
  const { seed = 22222 } = options;
  checkWhole('ncp: inter', inter, 1);
  checkWhole('ncp: command', command, 1);
  checkWhole('ncp: motor', motor, 1);
  checkWhole('ncp: sensoryFanout', sensoryFanout, 0, inter);
  checkWhole('ncp: interFanout', interFanout, 0, command);
  checkWhole('ncp: recurrentCommandSynapses', recurrentCommandSynapses, 0);
  checkWhole('ncp: motorFanin', motorFanin, 0, command);
  checkWhole('ncp: seed', seed, 0, 2 ** 32 - 1);
  const units = motor + command + inter;
  const motors = numbers(0, motor);
  const commands = numbers(motor, command);
  const inters = numbers(motor + command, inter);
  return wiring({
    name: 'ncp',
    units,
    outputs: motor,
    layers: [inters, commands, motors],
    signs(inputs) {
      const draw = mt19937(seed);
      const sensory = new Int8Array(inputs * units);
      const recurrent = new Int8Array(units * units);
      const join = (signs: Int8Array, source: number, target: number): void => {
        signs[source * units + target] = draw.integer(2) === 0 ? -1 : 1;
      };
      const one = (of: readonly number[]): number => of[draw.integer(of.length)]!;
      const some = (of: readonly number[], count: number) => draw.choose(of.length, count).map((k) => of[k]!);
      /** Join each of `ones` to `count` of `others`, then each of the others that was left out to the mean number of ones, at most `most`. */
      const spread = (
        ones: readonly number[],
        others: readonly number[],
        count: number,
        most: number,
        pair: (one: number, other: number) => void,
      ): void => {
        const left = new Set(others);
        for (const one of ones) {
          for (const other of some(others, count)) {
            left.delete(other);
            pair(one, other);
          }
        }
        const mean = Math.floor((ones.length * count) / others.length);
        for (const other of left) {
          for (const one of some(ones, Math.min(most, Math.max(1, mean)))) pair(one, other);
        }
      };
      spread(numbers(0, inputs), inters, sensoryFanout, inputs, (input, unit) => join(sensory, input, unit));
      spread(inters, commands, interFanout, command, (from, to) => join(recurrent, from, to));
      for (let k = 0; k < recurrentCommandSynapses; k++) join(recurrent, one(commands), one(commands));
      spread(motors, commands, motorFanin, motor, (to, from) => join(recurrent, from, to));
      return { sensory, recurrent };
    },
  });
}

/**
 * A neural circuit policy of `units` neurons: two in five of those that are not motor neurons are command neurons, and fan-outs and
 * fan-ins are the share 1 − `sparsity` of what they could be. It is the `AutoNCP` of `ncps`, synapse for synapse; that package states the
 * range of `sparsity` as 0.0 to 0.9 and holds it to 0.1 to 1.0, as here. Throws when an argument is out of range.
 */
export function autoNcp(options: AutoNcpOptions): Wiring {
  checkNames('auto-ncp', options, ['units', 'outputs', 'sparsity', 'seed']);
  const { units, outputs, sparsity = 0.5, seed = 22222 } = options;
  checkWhole('auto-ncp: units', units, 4);
  checkWhole('auto-ncp: outputs', outputs, 1, units - 3);
  if (!(sparsity >= 0.1 && sparsity <= 1))
    throw new Error(`auto-ncp: sparsity is ${sparsity}, but must be at least 0.1 and at most 1`);
  checkWhole('auto-ncp: seed', seed, 0, 2 ** 32 - 1);
  const density = 1 - sparsity;
  const atLeastOne = (value: number) => Math.max(Math.floor(value), 1);
  const command = atLeastOne(0.4 * (units - outputs));
  const inter = units - outputs - command;
  const wired = ncp({
    inter,
    command,
    motor: outputs,
    sensoryFanout: atLeastOne(inter * density),
    interFanout: atLeastOne(command * density),
    recurrentCommandSynapses: atLeastOne(command * density * 2),
    motorFanin: atLeastOne(command * density),
    seed,
  });
  return { ...wired, name: 'auto-ncp' };
}

const numbers = (first: number, count: number): number[] => Array.from({ length: count }, (_, k) => first + k);
