import { draw, epochLine, type History, type Point, rewind } from '../report/terminal.ts';
import type { TrainEvent } from '../training/events.ts';
import type { Console } from './console.ts';

/** Training shown as curves redrawn in place (at most ten times a second), or as one line an epoch where that cannot be; give it every event. */
export function liveView(title: string, io: Console): (event: TrainEvent) => void {
  let history: History = { title, epochs: 0, points: [], elapsed: 0 };
  let epochBegan = 0;
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
    history = { ...history, elapsed: event.kind === 'start' ? 0 : event.seconds };
    if (event.kind === 'start') {
      const { epochs, loss, metric } = event;
      history = { ...history, epochs, ...(metric.name === loss ? {} : { metric: metric.name }) };
      redraw();
    } else if (event.kind === 'batch') {
      history = { ...history, batch: event.batch, batches: event.batches };
      if (event.batch < event.batches && event.seconds - drawnAt >= 0.1) redraw();
    } else if (event.kind === 'epoch') {
      const { epoch, train, valid, best, seconds } = event;
      const point: Point = {
        epoch,
        train,
        valid: valid.loss,
        metric: valid.metric,
        best,
        seconds: seconds - epochBegan,
      };
      epochBegan = seconds;
      history = { ...history, points: [...history.points, point], batch: 0 };
      if (io.screen === undefined) io.out(`${epochLine(point, history)}\n`);
      else redraw();
    }
  };
}
