import { nearest } from '../equation/nearest.ts';
import { losses } from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import type { Signature } from './signature.ts';

/**
 * The loss that a network was trained by, from its note, such as `gaussian:epsilon=1e-4`; where nothing was noted, what is usual. Throws when
 * there is no such loss.
 */
export function notedLoss({ loss, classes }: Pick<Signature, 'loss' | 'classes'>): Loss {
  const noted = loss ?? (classes ? 'cross-entropy' : 'mse');
  const [, name, options] = /^([^:]*):?(.*)$/.exec(noted) as unknown as [string, string, string];
  if (!Object.hasOwn(losses, name))
    throw new Error(
      `the network's file notes the loss "${noted}"; wanted one of ${Object.keys(losses).join(', ')}${nearest(name, Object.keys(losses))}`,
    );
  const make: (options: never) => Loss = losses[name as keyof typeof losses];
  const read = options.split(',').filter(Boolean).map(option);
  return make(Object.fromEntries(read) as never);
}

/** `class-weights=1:5` → `['classWeights', [1, 5]]`. */
function option(text: string): readonly [name: string, value: number | readonly number[]] {
  const [name, value = ''] = text.split('=') as [string, string?];
  const numbers = value.split(':').map(Number);
  return [
    name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    numbers.length === 1 ? numbers[0]! : numbers,
  ];
}
