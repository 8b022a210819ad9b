import { inUnits } from '../datasets/scale.ts';
import { targetWidth } from '../losses/loss.ts';
import { notedLoss } from './noted-loss.ts';
import { probability } from './probability.ts';
import type { Signature } from './signature.ts';

/** What a network says of one row: numbers in the target's own units, with their standard deviations where it states them, or a class. */
export type Prediction =
  | { readonly predicted: Numbers; readonly deviation?: Numbers }
  | { readonly class: string; readonly probability: Numbers };
type Numbers = Readonly<Record<string, number>>;

/** What reads row number `row` of the outputs of a network with `n` of them; forecasts of changes are of those from `present`. */
export function predictions(
  n: number,
  signature: Signature,
): (outputs: ArrayLike<number>, row: number, present?: readonly number[]) => Prediction {
  const { classes, outputNames, targetScaler } = signature;
  const loss = notedLoss(signature);
  const width = classes ? n : targetWidth(loss, n);
  const names = classes ?? outputNames ?? Array.from({ length: width }, (_, k) => `output${k + 1}`);
  for (const { length } of [names, ...(targetScaler ? [targetScaler.mean, targetScaler.deviation] : [])]) {
    if (length !== width)
      throw new Error(`the network's file notes ${length} outputs, or scales so many, but the network has ${width}`);
  }
  const numbers = (of: (k: number) => number): Numbers => Object.fromEntries(names.map((name, k) => [name, of(k)]));
  if (classes)
    return (outputs, row) => {
      let best = 0;
      for (let k = 1; k < n; k++) if (outputs[row * n + k]! > outputs[row * n + best]!) best = k;
      return { class: classes[best]!, probability: numbers((k) => probability(outputs, row * n, n, k)) };
    };
  return (outputs, row, present = []) => ({
    predicted: numbers((k) => (present[k] ?? 0) + inUnits(outputs[row * n + k]!, k, targetScaler)),
    ...(loss.deviation
      ? { deviation: numbers((k) => loss.deviation!(outputs, row, n, k) * (targetScaler?.deviation[k] ?? 1)) }
      : {}),
  });
}
