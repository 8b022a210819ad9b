/** An input: writes what enters at time t to `out`. */
export type Input = (t: number, out: Float64Array) => void;

/** Where the input ends. */
export const TURN = 2 * Math.PI;

/** The input (sin t, cos t) at `steps` equally spaced points of [0, 2π], both ends among them, and linear between those. */
export function circle(steps: number): Input {
  const points = circlePoints(steps);
  const spacing = TURN / (steps - 1);
  return (t, out) => {
    const place = Math.min(Math.max(t / spacing, 0), steps - 1);
    const before = Math.min(Math.floor(place), steps - 2);
    const share = place - before;
    const [from, to] = [points[before]!, points[before + 1]!];
    out[0] = from[0] + share * (to[0] - from[0]);
    out[1] = from[1] + share * (to[1] - from[1]);
  };
}

/** The points themselves; their chord sum is 2·(steps − 1)·sin(π/(steps − 1)). */
export const circlePoints = (steps: number): readonly (readonly [number, number])[] =>
  Array.from({ length: steps }, (_, k) => {
    const t = (TURN * k) / (steps - 1);
    return [Math.sin(t), Math.cos(t)];
  });
