import { bothWays } from '../composition/both-ways.ts';
import { inSeries } from '../composition/in-series.ts';
import type { Network } from '../network.ts';
import { program } from '../program.ts';
import type { Sequences } from '../sequences.ts';

/**
 * What each model of a network reads when the network reads these sequences, in the order of `models`: of a stack, the outputs of the
 * layer before; backwards, every sequence from its end. So whatever is said of a model can be said of a layer.
 */
export function layerSequences(network: Network, sequences: Sequences): readonly Sequences[] {
  if ('cell' in network) return [sequences];
  const course = network.kind === 'stack' ? inSeries(network) : bothWays(network, (length) => new Float64Array(length));
  const read: (readonly Sequences[])[] = [];
  const { initial: _, ...timed } = sequences;
  course.forward(
    timed,
    (k, given) => {
      read[k] = layerSequences(network.parts[k]!, given);
      return program(network.parts[k]!, { precision: 'float64' }).forward(given);
    },
    undefined,
  );
  return read.flat();
}
