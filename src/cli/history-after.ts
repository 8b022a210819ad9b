import type { History, Point, TimeConstant } from '../report/terminal.ts';
import type { EpochEvent, TrainEvent } from '../training/events.ts';

/** An event of a training, that of an epoch with the median time constant of the first model after it, where it has one. */
export type ToldEvent = TrainEvent | (EpochEvent & { readonly tau: TimeConstant });

/** What a live view shows after one more event of a training; give it every event in turn. */
export function historyAfter(before: History, event: ToldEvent): History {
  const elapsed = event.kind === 'start' ? (event.history.at(-1)?.seconds ?? 0) : event.seconds;
  const history = { ...before, elapsed };
  switch (event.kind) {
    case 'start': {
      const { epochs, loss, metric, sequences } = event;
      const begun = {
        ...history,
        epochs,
        sequences: sequences.train,
        ...(metric.name === loss ? {} : { metric: metric.name }),
      };
      return { ...event.history.reduce(historyAfter, begun), elapsed };
    }
    case 'batch':
      return { ...history, batch: event.batch, batches: event.batches };
    case 'epoch': {
      const { epoch, train, valid, best, gradientNorm } = event;
      const began = history.points.reduce((sum, { seconds }) => sum + seconds, 0);
      const point: Point = {
        epoch,
        train,
        valid: valid.loss,
        metric: valid.metric,
        best,
        gradientNorm,
        seconds: event.seconds - began,
        ...('tau' in event ? { tau: event.tau } : {}),
      };
      return { ...history, points: [...history.points, point], batch: 0 };
    }
    case 'end':
      return history;
  }
}

/** The history of a training that has not begun. */
export const beforeTraining = (title: string): History => ({ title, epochs: 0, points: [], sequences: 0, elapsed: 0 });
