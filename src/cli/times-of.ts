import type { Labelled } from '../sequences.ts';

/** When each step of one sequence was, in seconds, hours or days where that is known, else in steps. */
export function timesOf({ steps, dt }: Labelled, timeUnit: number): { times: Float64Array; timeLabel: string } {
  const times = new Float64Array(steps);
  for (let t = 1; t < steps; t++) times[t] = times[t - 1]! + (dt ? dt[t]! * timeUnit : 1);
  if (dt === undefined) return { times, timeLabel: 'step' };
  const whole = times[steps - 1]!;
  const [timeLabel, seconds] = whole > 172_800 ? ['days', 86_400] : whole > 7200 ? ['hours', 3600] : ['seconds', 1];
  return { times: times.map((value) => value / (seconds as number)), timeLabel: timeLabel as string };
}
