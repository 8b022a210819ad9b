import { parseTime } from './time.ts';

/** The parts that a date may have columns of its own for. */
export const calendar: readonly string[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/** Whether columns are the parts of a date: year, month, day and so on. */
export const isCalendar = (names: readonly string[]): boolean =>
  names.length > 1 && names.every((name) => calendar.includes(name.toLowerCase()));

/** Seconds since 1970 of the parts of a date. Throws when they are none. */
export function calendarSeconds(names: readonly string[], numbers: readonly number[]): number {
  const of = new Map(names.map((name, k) => [name.toLowerCase(), numbers[k]!]));
  const text = (part: string, digits: number, without: number) => String(of.get(part) ?? without).padStart(digits, '0');
  const date = `${text('year', 4, 1970)}-${text('month', 2, 1)}-${text('day', 2, 1)}`;
  const stamp = `${date} ${text('hour', 2, 0)}:${text('minute', 2, 0)}:${text('second', 2, 0)}`;
  const seconds = parseTime(stamp);
  if (seconds !== undefined) return seconds;
  throw new Error(`the columns ${names.join(', ')} say ${stamp}, which is no time; correct the line`);
}
