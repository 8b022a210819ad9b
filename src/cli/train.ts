import { phrase } from '../report/describe-network.ts';
import { duration, quantity } from '../report/quantity.ts';
import { carryOut, saveRun } from './carry-out.ts';
import type { TrainCommand } from './commands.ts';
import { type Console, silent } from './console.ts';
import { introduce } from './introduce.ts';
import { eventJson, outcomeJson, resultsJson } from './json-lines.ts';
import { liveView } from './live-view.ts';
import { makeFolder } from './make-folder.ts';
import { outcomeOf } from './outcome.ts';
import { plan } from './plan.ts';
import { outputTable, resultTable } from './result-table.ts';
import { goingOn, howToResume, unfinished } from './resuming.ts';
import { isUnfinished } from './run-folder.ts';

/** Train on a data set or a CSV file with one seed: live, measured once on the test part, written to a folder. Exit code 130 when interrupted. */
export async function train(command: TrainCommand, console: Console): Promise<number> {
  const io = command.json ? silent(console) : console;
  const json = command.json ? console.out : () => {};
  const began = performance.now();
  const planned = await plan(command, command.seeds[0]!, io);
  const { data, net, options, folder } = planned;
  await makeFolder(folder);
  io.out(`${introduce(planned)}\n\n`);
  if (!command.resume && (await isUnfinished(folder))) io.out(`${unfinished(folder)}\n\n`);

  const view = liveView(`${data.name} · ${phrase(net)}`, io);
  const { run, isKept } = await carryOut(planned, io.signal, (event) => {
    if (event.kind === 'start') {
      for (const warning of event.warnings) io.out(`warning: ${warning}\n\n`);
      if (command.resume) io.out(`${goingOn(event)}\n\n`);
    }
    view(event);
    json(eventJson(planned.seed, event));
  });
  if (run === undefined) {
    io.out(`interrupted before an epoch ended: ${isKept ? 'a checkpoint is' : 'nothing is'} written\n`);
    if (isKept) io.out(`${howToResume(folder)}\n`);
    return 130;
  }
  const { end, result, rows, certainty } = run;
  if (end.reason === 'aborted') io.out(`interrupted: keeping the weights of epoch ${end.epoch}, the best so far\n`);
  if (end.reason === 'early-stop') io.out(`no better epoch in ${options.patience}: stopped early\n`);
  io.out(`\n${[`${resultTable(data, rows)}\n${outputTable(data, result)}`.trimEnd(), ...certainty].join('\n')}\n`);
  const { name } = options.metric;
  if (name !== data.metric) {
    io.out(`test ${name} ${quantity(result.metrics[name]!.value)}${data.targetScaler ? ', standardised' : ''}\n`);
  }

  const paths = await saveRun(run);
  json(outcomeJson(outcomeOf(run), data, folder) + resultsJson([outcomeOf(run)], data, rows));
  const seconds = (performance.now() - began) / 1000;
  io.out(`\n${paths.join('\n')}\n${duration(end.seconds)} of training, ${duration(seconds)} in all\n`);
  if (end.reason !== 'aborted') return 0;
  io.out(`${howToResume(folder)}\n`);
  return 130;
}
