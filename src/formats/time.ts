/** Whether the day or the month comes first in dates such as 1/2/1998. */
export type DateOrder = 'dmy' | 'mdy';

const YEAR_FIRST = /^(\d{4})([-/.])(\d\d?)\2(\d\d?)$/;
const YEAR_LAST = /^(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)$/;
const YEAR_AND_MONTH = /^(\d{4})-(\d\d)$/;
const NAMED_MONTH = /^(\d\d?)[- ./]([a-z]{3})[a-z]*[- ./](\d{4})$/i;
const CLOCK = /^(\d{1,3}):(\d\d)(?::(\d\d(?:[.,]\d+)?))?(?:\s*([ap])\.?m\.?)?$/i;
/** A time of day with points; what can be a date is one. */
const POINTED_CLOCK = /^(\d\d)\.(\d\d)\.(\d\d)$/;
/** A date, and a time of day and a zone where they follow. */
const STAMP =
  /^(.+?)(?:(?:T|,? +)(\d\d?[:.]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?)\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?|\s*(Z|[+-]\d\d:?\d\d))?$/i;

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * Seconds since 1970-01-01 UTC of a date (`2024-03-01`, `2024/3/1`, `2024-03`, `1.3.2024`, `1-Mar-2024`, `3/1/2024`) or of a date and a time of day (`T`, a space or a comma
 * between; AM and PM; UTC where no offset follows), and since midnight of a time of day alone, whose hours may count on (`47:30`). Between slashes or dashes before the year, `order` says what comes first; without
 * it, what the numbers leave no choice about is understood. Between points, days come first. Undefined for any other text.
 */
export function parseTime(text: string, order?: DateOrder): number | undefined {
  const clock = clockSeconds(text, 999);
  if (clock !== undefined) return clock;
  const [, day, time, zone, zoneOfDay] = STAMP.exec(text) ?? [];
  if (day === undefined) return undefined;
  const date = dateSeconds(day, order);
  if (date === undefined) return undefined;
  const seconds = time === undefined ? 0 : clockSeconds(time);
  return seconds === undefined ? undefined : date + seconds - offset(zone ?? zoneOfDay);
}

/** Whether a text is a time, whichever of day and month comes first. */
export const isTime = (text: string): boolean =>
  parseTime(text, 'dmy') !== undefined || parseTime(text, 'mdy') !== undefined;

/** Whether a text is a time of day without a date. */
export const isClock = (text: string): boolean => clockSeconds(text, 999) !== undefined;

/** Seconds of a time of day, or of hours that count on beyond it where it may have more. */
function clockSeconds(text: string, mostHours = 23): number | undefined {
  const [, hours, minutes, rest = '0', half] = CLOCK.exec(text) ?? pointedClock(text) ?? [];
  if (hours === undefined) return undefined;
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(rest.replace(',', '.'))] as const;
  if (minute > 59 || second >= 61 || (half ? hour < 1 || hour > 12 : hour > mostHours)) return undefined;
  return (half ? (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0) : hour) * 3600 + minute * 60 + second;
}

const pointedClock = (text: string): RegExpExecArray | undefined => {
  const parts = POINTED_CLOCK.exec(text);
  return parts && dateSeconds(text, undefined) === undefined ? parts : undefined;
};

function dateSeconds(text: string, order: DateOrder | undefined): number | undefined {
  const [, first, mark, second, year] = YEAR_LAST.exec(text) ?? [];
  if (year !== undefined) {
    const century = year.length === 4 ? 0 : Number(year) < 70 ? 2000 : 1900;
    const of = (month: string | undefined, day: string | undefined) =>
      secondsOf(century + Number(year), Number(month), Number(day));
    const [dmy, mdy] = [of(second, first), mark === '.' ? undefined : of(first, second)];
    if (mark === '.' || order === 'dmy') return dmy;
    if (order === 'mdy') return mdy;
    return dmy === undefined || mdy === undefined || dmy === mdy ? (dmy ?? mdy) : undefined;
  }
  const named = NAMED_MONTH.exec(text);
  if (named) return secondsOf(Number(named[3]), months.indexOf(named[2]!.toLowerCase()) + 1, Number(named[1]));
  const parts = YEAR_FIRST.exec(text) ?? YEAR_AND_MONTH.exec(text)?.toSpliced(2, 0, '-');
  return parts ? secondsOf(Number(parts[1]), Number(parts[3]), Number(parts[4] ?? 1)) : undefined;
}

/** Seconds since 1970 of a day of the calendar; undefined where there is none. */
function secondsOf(year: number, month: number, day: number): number | undefined {
  const days = new Date(0);
  days.setUTCFullYear(year, month - 1, day);
  return days.getUTCMonth() === month - 1 && days.getUTCDate() === day ? days.getTime() / 1000 : undefined;
}

/** Seconds east of Greenwich of `Z`, `+HH`, `+HH:MM` or `-HHMM`. */
function offset(zone: string | undefined): number {
  if (zone === undefined || !/^[+-]/.test(zone)) return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3).replace(':', '')) * 60;
  return zone[0] === '-' ? -seconds : seconds;
}
