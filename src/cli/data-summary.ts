import { count, quantity } from '../report/quantity.ts';
import type { DataSummary } from '../report/report-data.ts';
import type { Labelled } from '../sequences.ts';
import { rowsOf } from '../training/rows.ts';
import { sizeOf } from './part-sizes.ts';
import type { TrainingSet } from './training-set.ts';
import { understoodFacts } from './understood.ts';

/** Classes and inputs that are listed. */
const shown = { classes: 30, inputs: 12 };

/** What a report says of data: what files were understood to hold, how they were divided, and how the classes are spread over the parts. */
export function dataSummary(data: TrainingSet): DataSummary {
  const { split, classes, task, notes, inputNames, understood } = data;
  const isWhole = task?.each === 'sequence';
  const parts = [
    ['to train on', split.training.train],
    ['to validate', split.training.valid],
    ['to test', split.test],
  ] as const;
  const facts = understood && understoodFacts(understood);
  const inputs = inputNames.slice(0, shown.inputs).join(', ');
  return {
    notes: [
      ...(facts ? [facts.head, facts.times] : []),
      ...(facts?.notes ?? []),
      ...(facts && facts.more > 0 ? [`… and ${count(facts.more)} more columns`] : []),
      ...notes,
      `Inputs: ${inputs}${inputNames.length > shown.inputs ? ` and ${count(inputNames.length - shown.inputs)} more` : ''}.`,
      ...(data.missing > 0 ? [`Inputs that are missing: ${count(data.missing)}.`] : []),
    ],
    tables: [
      ...(facts?.tables ?? []).map(({ header, rows }) => ({ header, rows, texts: [1, 3] })),
      {
        header: ['part', 'holds', isWhole ? 'steps of the longest' : 'steps of each'],
        rows: parts.map(([name, part]) => {
          // Where each row counts once, what they were cut into says nothing.
          if (part.weights) return [name, `${count(sizeOf(part))} rows`, ''];
          return [name, `${count(sizeOf(part))} ${isWhole ? 'recordings' : 'windows'}`, count(part.steps)];
        }),
      },
      ...(classes ? [balance(classes, parts, isWhole)] : []),
    ],
  };
}

/** How much of a part each class is, its weights counted, from 0 to 1. */
export function classShares(classes: readonly string[], part: Labelled, isWhole: boolean): readonly number[] {
  const { weights, total } = rowsOf(part, isWhole ? 'last' : 'every');
  const sums = classes.map(() => 0);
  weights.forEach((weight, row) => {
    if (weight !== 0) sums[part.target[row]!]! += weight;
  });
  return sums.map((sum) => sum / (total || 1));
}

/** The share of each class in each part. */
function balance(
  classes: readonly string[],
  parts: readonly (readonly [name: string, part: Labelled])[],
  isWhole: boolean,
): DataSummary['tables'][number] {
  const shares = parts.map(([, part]) => classShares(classes, part, isWhole));
  const order = classes.map((_, k) => k);
  const listed =
    classes.length <= shown.classes
      ? order
      : order.toSorted((a, b) => shares[0]![b]! - shares[0]![a]!).slice(0, shown.classes);
  const said = classes.length <= shown.classes ? 'class' : `the most frequent of ${count(classes.length)} classes`;
  return {
    header: [said, ...parts.map(([name]) => name)],
    rows: listed.map((k) => [classes[k]!, ...shares.map((share) => `${quantity(100 * share[k]!, 3)} %`)]),
  };
}
