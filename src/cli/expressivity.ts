import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ModelName, Panel, Setting, Task } from '../expressivity/panel.ts';
import { panels } from '../expressivity/panels.ts';
import { type ReadingName, readings } from '../expressivity/readings.ts';
import { saveFile } from '../files.ts';
import { panelFigures } from '../report/panel-figures.ts';
import { type PanelSummary, panelSummary } from '../report/panel-summary.ts';
import { duration } from '../report/quantity.ts';
import type { ExpressivityCommand } from './commands.ts';
import type { Console } from './console.ts';
import { makeFolder } from './make-folder.ts';
import { measureInThreads } from './measure-in-threads.ts';
import { panelTables } from './panel-tables.ts';
import { progressLine } from './progress-line.ts';
import { quickPanels } from './quick-panels.ts';
import { choose } from './usage-error.ts';

/**
 * Repeat the published trajectory-length experiments: each panel's networks drawn anew, a figure for each panel, results.json and
 * tables. Nothing depends on the number of threads. Exit code 130 when interrupted, and then nothing is written.
 */
export async function expressivity(command: ExpressivityCommand, io: Console): Promise<number> {
  const { samples, seed, out, json } = command;
  const known = { ...Object.fromEntries(panels.map((panel) => [panel.name, [panel]])), all: panels };
  const named = (command.panels ?? quickPanels).flatMap((name) => choose('expressivity: --panel', name, known));
  const chosen = [...new Set(named)];
  choose('expressivity: --as', command.as, readings);
  const as = command.as as ReadingName;
  await makeFolder(out, 'expressivity');

  const runs = runsOf(chosen, as, samples, seed);
  const tasks = [...runs.values()];
  const jobs = Math.min(command.jobs ?? availableParallelism(), tasks.length);
  const shown = json ? { ...io, out: () => {} } : io;
  const count = `${samples} ${samples === 1 ? 'draw' : 'draws'} each`;
  shown.out(
    `panels ${chosen.map(({ name }) => name).join(', ')}; ${count}, ${jobs} at a time\n${as}: ${readings[as].title}\n\n`,
  );
  const began = performance.now();
  const measured = await measureInThreads(tasks, jobs, io.signal, progressLine(tasks.length, 'runs', shown));
  if (measured === undefined) {
    shown.out('interrupted: nothing is written\n');
    return 130;
  }
  const measurements = new Map([...runs.keys()].map((key, i) => [key, measured[i]!]));
  const summaries = chosen.map((panel) =>
    panelSummary(panel, (setting, model) =>
      Array.from({ length: samples }, (_, number) => measurements.get(keyOf(setting, model, number))!),
    ),
  );
  const results = `${JSON.stringify(resultsOf(command, summaries), undefined, 1)}\n`;
  const figures = summaries.flatMap((summary) => [...panelFigures(summary)]);
  for (const [name, figure] of figures) await saveFile(join(out, `${name}.svg`), figure);
  await saveFile(join(out, 'results.json'), results);
  if (json) io.out(results);
  const files = ['results.json', ...figures.map(([name]) => `${name}.svg`)].join(', ');
  const seconds = (performance.now() - began) / 1000;
  shown.out(`\n${summaries.map(panelTables).join('\n\n')}\n\n${footnote}\n\n${out}: ${files}\n${duration(seconds)}\n`);
  return 0;
}

const footnote = `Lengths are those of the path in the first two principal components. "below it" is the share of our draws below the
printed value. "theorem ≥" is what Theorem 4 or 5 has for a lower bound, up to a constant that it does not state, with the
median of "points" for L; "or ≥" is the same with the other typesetting of its denominator. "points" are the solver's
output points per input sample, "steps" those that it accepted.`;

/** One run of each network that some panel needs, by what it depends on; all first draws come first, so that the time still to go is told well. */
function runsOf(chosen: readonly Panel[], as: ReadingName, samples: number, seed: number): ReadonlyMap<string, Task> {
  const runs = new Map<string, Task>();
  for (let number = 0; number < samples; number++) {
    for (const { settings, models, shows } of chosen) {
      for (const setting of settings) {
        for (const model of models) {
          const key = keyOf(setting, model, number);
          const paths = runs.get(key)?.paths || (shows === 'paths' && number === 0);
          runs.set(key, { setting, model, as, seed, number, paths });
        }
      }
    }
  }
  return runs;
}

/** Equal for settings that differ in nothing but their labels. */
function keyOf({ label, ...setting }: Setting, model: ModelName, number: number): string {
  return JSON.stringify([setting, model, number]);
}

/** What is written down: all but the paths, which the figures show. */
function resultsOf({ as, samples, seed }: ExpressivityCommand, summaries: readonly PanelSummary[]) {
  const panels = summaries.map(({ panel, lengths, depths }) => ({
    panel,
    lengths: lengths.map(({ path, ...rest }) => rest),
    depths,
  }));
  return { as, samples, seed, panels };
}
