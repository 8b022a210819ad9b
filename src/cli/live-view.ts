import { draw, epochLine, rewind } from '../report/terminal.ts';
import type { TrainEvent } from '../training/events.ts';
import type { Console } from './console.ts';
import { beforeTraining, historyAfter } from './history-after.ts';

/** Training shown as curves redrawn in place (at most ten times a second), or as one line an epoch where that cannot be; give it every event. */
export function liveView(title: string, io: Console): (event: TrainEvent) => void {
  let history = beforeTraining(title);
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const redraw = () => {
    if (io.screen === undefined) return;
    const { columns, rows } = io.screen;
    const view = draw(history, Math.min(100, columns - 1), Math.max(4, Math.min(16, rows - 2)), io.colour);
    io.out(`${rewind(drawn)}${view}\n`);
    drawn = view.split('\n').length;
    drawnAt = history.elapsed;
  };
  return (event) => {
    history = historyAfter(history, event);
    if (event.kind === 'batch') {
      if (event.batch < event.batches && event.seconds - drawnAt >= 0.1) redraw();
    } else if (event.kind === 'epoch' && io.screen === undefined) {
      io.out(`${epochLine(history.points.at(-1)!, history)}\n`);
    } else if (event.kind !== 'end') {
      redraw();
    }
  };
}
