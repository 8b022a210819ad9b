import { type Answers, isBinary, type Metric, meanOfKnown, questionsOf } from './metric.ts';

/**
 * F1 = 2·TP / (2·TP + FP + FN) of the second of two classes, 0 to 1: of class 1, or of the yes of a single label. Of more classes or
 * labels it is `macro-f1`.
 */
export const f1: Metric = {
  name: 'f1',
  better: 'higher',
  targets: ['classes', 'labels'],
  measure(answers) {
    const perOutput = eachOf(answers);
    return { value: meanOfKnown(isBinary(answers) ? perOutput.slice(1) : perOutput, 0), perOutput };
  },
};

/** Mean of the F1 of all classes, or labels, 0 to 1; what is neither there nor said has none and is left out. */
export const macroF1: Metric = {
  name: 'macro-f1',
  better: 'higher',
  targets: ['classes', 'labels'],
  measure(answers) {
    const perOutput = eachOf(answers);
    return { value: meanOfKnown(perOutput, 0), perOutput };
  },
};

const eachOf = (answers: Answers): number[] =>
  questionsOf(answers).map(({ truth, said }) => {
    const both = answers.mean((row) => (truth(row) && said(row) ? 2 : 0));
    return both / answers.mean((row) => (truth(row) ? 1 : 0) + (said(row) ? 1 : 0));
  });
