import { notedLoss } from '../predictor/noted-loss.ts';
import { count, quantity } from '../report/quantity.ts';
import { evaluate } from '../training/evaluate.ts';
import type { EvalCommand } from './commands.ts';
import type { Console } from './console.ts';
import { dataForNetwork } from './data-for-network.ts';
import { sizeOf } from './part-sizes.ts';
import { judged, metricName, outputErrors } from './report-data.ts';
import { outputTable, resultTable } from './result-table.ts';
import { savedNetwork } from './saved-network.ts';
import { trainingNotes } from './training-notes.ts';

/** Judge a saved network on the test part of some data, beside the baselines. Exit code 0. */
export async function evaluateSaved(command: EvalCommand, io: Console): Promise<number> {
  const { model: path, json } = command;
  const saved = await savedNetwork(path, 'eval');
  const data = await dataForNetwork(command, saved);
  const { test } = data.split;
  const isStep = data.task?.each === 'step';
  const loss = notedLoss({ ...trainingNotes(saved.notes), ...(data.classes ? { classes: data.classes } : {}) });
  const result = evaluate(saved.model, test, { loss });
  const { rows, certainty } = judged(data, saved.model, loss, result, path);
  const others = Object.entries(result.metrics).filter(([name]) => name !== data.metric);
  if (json) {
    const { title, notes, targetScaler } = data;
    const told = {
      model: path,
      data: title,
      notes,
      ...(isStep ? { rows: sizeOf(test) } : { sequences: test.batch, steps: test.steps }),
      metric: metricName(data),
      results: rows,
      certainty,
      ...(data.targetScaler && data.outputNames.length > 1
        ? { outputs: outputErrors(data, result.metrics.mse?.perOutput ?? []) }
        : {}),
      standardised: targetScaler !== undefined,
      loss: { name: loss.name, value: result.loss },
      metrics: Object.fromEntries(Object.entries(result.metrics).map(([name, { value }]) => [name, value])),
    };
    io.out(`${JSON.stringify(told, undefined, 2)}\n`);
    return 0;
  }
  const lines = [
    data.title,
    ...data.notes,
    isStep
      ? `${count(sizeOf(test))} rows to test`
      : `${count(test.batch)} ${data.task ? 'recordings' : 'windows'} to test, of ${data.task ? 'up to ' : ''}${count(test.steps)} steps`,
    '',
    `${resultTable(data, rows)}\n${outputTable(data, result)}`.trimEnd(),
    ...certainty,
    ...others.map(([name, { value }]) => `test ${name} ${quantity(value)}${data.targetScaler ? ', standardised' : ''}`),
  ];
  io.out(`${lines.join('\n')}\n`);
  return 0;
}
