import { type Metric, questionsOf } from './metric.ts';

/** Share of rows whose largest output (the first of equals) is the class wanted, or of labels said right, 0 to 1. */
export const accuracy: Metric = {
  name: 'accuracy',
  better: 'higher',
  targets: ['classes', 'labels'],
  measure(answers) {
    const questions = questionsOf(answers);
    if (answers.kind === 'classes') {
      return { value: answers.mean((row) => (questions[answers.target[row]!]!.said(row) ? 1 : 0)) };
    }
    const right = (row: number) => questions.filter(({ truth, said }) => truth(row) === said(row)).length;
    return { value: answers.mean(right) / questions.length };
  },
};
