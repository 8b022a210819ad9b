import { random } from '../random.ts';
import type { Assignment, Fractions, PartName } from './divide.ts';

/**
 * Deal whole recordings to train, valid and test, in an order that a seed shuffles: each next one to the part that lacks most of its share. `groups` has
 * a number for each recording, such as its class; every group is dealt in about these shares.
 */
export function deal(groups: ArrayLike<number>, { fractions }: Fractions, seed: number): Assignment {
  const draw = random(seed);
  const order = Array.from(groups, (_, recording) => recording);
  for (let i = order.length - 1; i > 0; i--) {
    const j = draw.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  order.sort((a, b) => groups[a]! - groups[b]!);
  const dealt: Record<PartName, number[]> = { train: [], valid: [], test: [] };
  const parts = Object.keys(dealt) as PartName[];
  order.forEach((recording, k) => {
    const lack = (part: PartName) => fractions[part] * (k + 1) - dealt[part].length;
    dealt[parts.reduce((most, part) => (lack(part) > lack(most) ? part : most))].push(recording);
  });
  return dealt;
}
