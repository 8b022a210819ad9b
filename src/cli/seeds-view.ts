import { duration, quantity } from '../report/quantity.ts';
import { epochLine, epochsDone, type History, remaining, rewind } from '../report/terminal.ts';
import type { TrainEvent } from '../training/events.ts';
import type { Console } from './console.ts';
import { beforeTraining, historyAfter } from './history-after.ts';
import { goingOn } from './resuming.ts';

/** Who is told how trainings of several seeds go on. */
export interface SeedsView {
  /** One more event of a seed's training; every event but the last. */
  event(seed: number, event: TrainEvent): void;
  /** A seed's training is over; `said` says how. */
  over(seed: number, said: string): void;
}

/**
 * Trainings of several seeds: where there is a screen, a line for each that is under way, redrawn in place (at most ten
 * times a second for each), below a line for each that is over; else a line an epoch that begins with its seed.
 */
export function seedsView(seeds: readonly number[], io: Console): SeedsView {
  const width = Math.max(...seeds.map((seed) => String(seed).length));
  const label = (seed: number) => `seed ${String(seed).padStart(width)}  `;
  const underWay = new Map<number, History>();
  const drawnAt = new Map<number, number>();
  let drawn = 0;
  const say = (lines: readonly string[]) => {
    if (io.screen === undefined) {
      io.out(lines.map((line) => `${line}\n`).join(''));
      return;
    }
    const { columns, rows } = io.screen;
    for (const [seed, { elapsed }] of underWay) drawnAt.set(seed, elapsed);
    const shown = seeds
      .flatMap((seed) => {
        const history = underWay.get(seed);
        return history ? [fitted(label(seed), progress(history), columns - 1)] : [];
      })
      .slice(0, rows - 2);
    io.out(`${rewind(drawn)}${[...lines, ...shown].map((line) => `${line}\n`).join('')}`);
    drawn = shown.length;
  };
  return {
    event(seed, event) {
      const history = historyAfter(underWay.get(seed) ?? beforeTraining(''), event);
      underWay.set(seed, history);
      if (event.kind === 'start') {
        const said = event.warnings.map((warning) => `warning: ${warning}`);
        say([...said, ...(event.history.length > 0 ? [goingOn(event)] : [])].map((line) => `${label(seed)}${line}`));
      } else if (io.screen === undefined) {
        if (event.kind === 'epoch') say([`${label(seed)}${epochLine(history.points.at(-1)!, history)}`]);
      } else if (event.kind === 'epoch' || event.seconds - drawnAt.get(seed)! >= 0.1) say([]);
    },
    over(seed, said) {
      underWay.delete(seed);
      say([`${label(seed)}${said}`]);
    },
  };
}

/** Where a training stands, the most telling first. */
function progress(history: History): readonly string[] {
  const { points, epochs, metric } = history;
  const done = epochsDone(history);
  const last = points.at(-1);
  const best = points.findLast((point) => point.best);
  const score = ({ metric: value, valid }: NonNullable<typeof last>) =>
    metric ? `${metric} ${quantity(value!)}` : quantity(valid);
  return [
    `epoch ${String(points.length).padStart(String(epochs).length)}/${epochs}`,
    `${Math.floor((100 * done) / epochs)} %`,
    ...(last ? [`train ${quantity(last.train)}`, `valid ${quantity(last.valid)}`] : []),
    ...(best ? [`best ${score(best)} (epoch ${best.epoch})`] : []),
    ...(done > 0 && done < epochs ? [`ETA ${duration(remaining(history))}`] : []),
    ...(last ? [`gradient ${quantity(last.gradientNorm, 3)}`] : []),
  ];
}

/** As many parts as fit. */
function fitted(label: string, parts: readonly string[], width: number): string {
  const lines = parts.map((_, i) => `${label}${parts.slice(0, i + 1).join('  ')}`);
  return lines.findLast((line) => line.length <= width) ?? label.slice(0, width);
}
