import { mapPart, type Part, type PartName, type Parts, type Recording } from '../datasets/divide.ts';
import { calendarInputs, calendarNames, type Period, periodNames, periods } from '../predictor/periods.ts';

/**
 * The periods that can be learned from a training part: those that its longest recording holds twice, and that its rows, `spacing` seconds apart, meet more than twice.
 * None where times are counted from a start (they begin within a day of 0) or a clock.
 */
export function periodsOf({ recordings }: Part<'train'>, spacing: number): Period[] {
  if (recordings.some(({ times }) => times === undefined || Math.abs(times[0]!) <= periods.day)) return [];
  const longest = Math.max(...recordings.map(({ times, steps }) => times![steps - 1]! - times![0]!));
  return periodNames.filter((name) => longest >= 2 * periods[name] && spacing * 2 < periods[name]);
}

/** The same parts with the inputs of a calendar behind the others. Throws where a recording has no times. */
export function withCalendar(parts: Parts, calendar: readonly Period[]): Parts {
  if (calendar.length === 0) return parts;
  const more = <Name extends PartName>(part: Part<Name>) => mapPart(part, (recording) => dated(recording, calendar));
  return { train: more(parts.train), valid: more(parts.valid), test: more(parts.test) };
}

function dated(recording: Recording, calendar: readonly Period[]): Recording {
  const { name, steps, inputs, features, times } = recording;
  if (times === undefined)
    throw new Error(`${name}: rows have no times, but inputs are made of them: ${calendarNames(calendar).join(', ')}`);
  const width = inputs + 2 * calendar.length;
  const wider = new Float64Array(steps * width);
  for (let t = 0; t < steps; t++) {
    wider.set(features.subarray(t * inputs, (t + 1) * inputs), t * width);
    wider.set(calendarInputs(calendar, times[t]!), t * width + inputs);
  }
  return { ...recording, inputs: width, features: wider };
}
