import { type Metric, meanOfKnown, type Question, questionsOf } from './metric.ts';

/**
 * Area under the ROC curve, 0 to 1: how probable it is that a row that is yes gets a higher score than one that is no,
 * ties half (Mann and Whitney 1947). The mean over classes (each against the rest, by its softmax probability) or
 * labels; where there is no yes or no no it is NaN, and left out of the mean.
 */
export const auc: Metric = {
  name: 'auc',
  better: 'higher',
  targets: ['classes', 'labels'],
  measure(answers) {
    const perOutput = questionsOf(answers).map((question) => area(question, answers.weights));
    return { value: meanOfKnown(perOutput, NaN), perOutput };
  },
};

const area = ({ truth, score }: Question, weights: Float64Array): number => {
  const rows: { readonly score: number; readonly yes: number; readonly no: number }[] = [];
  weights.forEach((weight, row) => {
    if (weight > 0) rows.push({ score: score(row), yes: truth(row) ? weight : 0, no: truth(row) ? 0 : weight });
  });
  if (rows.some((row) => Number.isNaN(row.score))) return NaN;
  rows.sort((a, b) => (a.score < b.score ? -1 : a.score > b.score ? 1 : 0));
  let [yes, no, won] = [0, 0, 0];
  for (let at = 0; at < rows.length; ) {
    const { score } = rows[at]!;
    let [tiedYes, tiedNo] = [0, 0];
    for (; at < rows.length && rows[at]!.score === score; at++) {
      tiedYes += rows[at]!.yes;
      tiedNo += rows[at]!.no;
    }
    won += tiedYes * (no + tiedNo / 2);
    yes += tiedYes;
    no += tiedNo;
  }
  return won / (yes * no);
};
