import { duration } from '../report/quantity.ts';
import { rewind } from '../report/terminal.ts';
import type { Console } from './console.ts';

/**
 * How many of `total` things are done: where there is a screen, a line redrawn in place (at most ten times a second), with
 * the time still to go if each takes as long as those before; else a line whenever another tenth is done.
 */
export function progressLine(total: number, things: string, io: Console): (count: number) => void {
  const began = performance.now();
  let drawn = 0;
  let drawnAt = Number.NEGATIVE_INFINITY;
  let tenths = 0;
  return (count) => {
    const now = performance.now();
    const isOver = count === total;
    const seconds = (now - began) / 1000;
    const time = isOver ? duration(seconds) : `ETA ${duration((seconds / count) * (total - count))}`;
    const line = `${Math.floor((100 * count) / total)} %  ${count} of ${total} ${things}  ${time}`;
    if (io.screen !== undefined) {
      if (!isOver && now - drawnAt < 100) return;
      io.out(`${rewind(drawn)}${line.slice(0, io.screen.columns - 1)}\n`);
      drawn = 1;
      drawnAt = now;
    } else if (Math.floor((10 * count) / total) > tenths) {
      tenths = Math.floor((10 * count) / total);
      io.out(`${line}\n`);
    }
  };
}
