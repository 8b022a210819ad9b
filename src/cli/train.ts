import { duration, quantity } from '../report/quantity.ts';
import { carryOut, saveRun } from './carry-out.ts';
import type { Console } from './console.ts';
import { phrase } from './describe-network.ts';
import { introduce } from './introduce.ts';
import { liveView } from './live-view.ts';
import type { TrainCommand } from './options.ts';
import { plan } from './plan.ts';
import { resultTable } from './result-table.ts';
import { makeFolder } from './save-file.ts';

/** Train on a data set or a CSV file with one seed: live, measured once on the test part, written to a folder. Exit code 130 when interrupted. */
export async function train(command: TrainCommand, io: Console): Promise<number> {
  const began = performance.now();
  const planned = await plan(command, command.seeds[0]!, io);
  const { data, net, options } = planned;
  await makeFolder(planned.folder);
  io.out(`${introduce(planned)}\n\n`);

  const view = liveView(`${data.name} · ${phrase(net)}`, io);
  const run = await carryOut(planned, io.signal, (event) => {
    if (event.kind === 'start') for (const warning of event.warnings) io.out(`warning: ${warning}\n\n`);
    view(event);
  });
  if (run === undefined) {
    io.out('interrupted before an epoch ended: nothing is written\n');
    return 130;
  }
  const { end, result, rows } = run;
  if (end.reason === 'aborted') io.out(`interrupted: keeping the weights of epoch ${end.epoch}, the best so far\n`);
  if (end.reason === 'early-stop') io.out(`no better epoch in ${options.patience}: stopped early\n`);
  io.out(`\n${resultTable(data, rows)}\n`);
  const { name } = options.metric;
  if (name !== data.metric) {
    io.out(`test ${name} ${quantity(result.metrics[name]!.value)}${data.targetScaler ? ', standardised' : ''}\n`);
  }

  const paths = await saveRun(run);
  const seconds = (performance.now() - began) / 1000;
  io.out(`\n${paths.join('\n')}\n${duration(end.seconds)} of training, ${duration(seconds)} in all\n`);
  return end.reason === 'aborted' ? 130 : 0;
}
