import { saveFile } from '../files.ts';
import { type Course, comparison } from '../report/comparison.ts';
import { quantity } from '../report/quantity.ts';
import { table } from '../report/table.ts';
import { sparkline } from '../report/terminal.ts';
import type { CompareCommand } from './commands.ts';
import { type Compared, comparedRuns, differences } from './compared.ts';
import type { Console } from './console.ts';
import { version } from './version.ts';

/** List runs side by side: what differs, how far each came, its best result on validation, its result on test; as text, JSON or a page. */
export async function compare({ folders, json, out }: CompareCommand, io: Console): Promise<number> {
  const runs = await comparedRuns(folders);
  const { header, rows } = listed(runs);
  if (out !== undefined) {
    const curves = runs.map((run) => ({ name: run.name, courses: courses(run) }));
    await saveFile(out, comparison({ header, rows, curves, maker: `Made by rivulet ${await version()}` }));
  }
  if (json) io.out(`${JSON.stringify(runs.map(asJson), null, 2)}\n`);
  else {
    const columns = header.map(
      (text, k) => ({ header: text, align: k >= header.length - 4 ? 'right' : 'left' }) as const,
    );
    const drawn = runs.map((run) => sparkline(courses(run)[0]!.y.filter((value) => value > 0)));
    io.out(
      `${table(
        [...columns, { header: 'its course' }],
        rows.map((row, k) => [...row, drawn[k]!]),
      )}\n`,
    );
    if (out !== undefined) io.out(`\n${out}\n`);
  }
  return 0;
}

/** A row for each run, under a header. */
function listed(runs: readonly Compared[]) {
  // How many epochs there were to be stands beside how many there were.
  const different = differences(runs).filter(([name]) => name !== 'epochs');
  const [chosen, test] = [(run: Compared) => run.record.metric.label, (run: Compared) => run.record.test];
  const same = (of: (run: Compared) => string) => runs.every((run) => of(run) === of(runs[0]!));
  // A header names what all have; where runs are judged by different things, each row names its own.
  const header = [
    'run',
    ...different.map(([name]) => name),
    'epochs',
    'best epoch',
    same(chosen) ? `validation ${chosen(runs[0]!)}` : 'validation',
    same(test) ? `test ${test(runs[0]!)}` : 'test',
  ];
  const rows = runs.map((run, k) => {
    const { record, epochs } = run;
    const best = epochs.findLast((epoch) => epoch.best);
    const result = record.result && quantity(record.result.test);
    return [
      run.name,
      ...different.map(([, values]) => values[k]!),
      `${epochs.length} of ${record.settings.epochs}`,
      best ? String(best.epoch) : '–',
      best ? `${quantity(best.valid.metric * record.metric.unit)}${same(chosen) ? '' : ` ${chosen(run)}`}` : '–',
      result ? `${result}${same(test) ? '' : ` ${test(run)}`}` : '–',
    ];
  });
  return { header, rows };
}

/** The curves of a run on the validation part: the metric in its own units, and the loss, as it is learned, where it is something else. */
function courses({ record, epochs }: Compared): readonly Course[] {
  const { loss, metric } = record;
  const x = epochs.map(({ epoch }) => epoch);
  return [
    { of: metric.label, x, y: epochs.map(({ valid }) => valid.metric * metric.unit) },
    ...(metric.name === loss ? [] : [{ of: `loss (${loss})`, x, y: epochs.map(({ valid }) => valid.loss) }]),
  ];
}

function asJson({ folder, record, epochs }: Compared) {
  const { began, seed, data, settings, parameters, loss, metric, test, rivulet, result } = record;
  return { folder, rivulet, began, seed, data, settings, parameters, loss, metric, test, result, epochs };
}
