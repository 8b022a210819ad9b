const STAMP = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?\s*(Z|[+-]\d\d:?\d\d)?$/i;

const CLOCK = /^(\d\d?):(\d\d)(?::(\d\d(?:\.\d+)?))?$/;

/**
 * Seconds since 1970-01-01 UTC of an ISO-8601 date or date and time (`T` or a space between, UTC where no offset is given), and since midnight of a clock time alone; undefined for
 * any other text.
 */
export function parseTime(text: string): number | undefined {
  const clock = CLOCK.exec(text);
  if (clock) {
    const [hour, minute, second] = [1, 2, 3].map((i) => Number(clock[i] ?? 0)) as [number, number, number];
    return hour > 23 || minute > 59 || second >= 61 ? undefined : hour * 3600 + minute * 60 + second;
  }
  const parts = STAMP.exec(text);
  if (!parts) return undefined;
  const [year, month, day, hour, minute] = [1, 2, 3, 4, 5].map((i) => Number(parts[i] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const second = Number(parts[6] ?? 0);
  if (hour > 23 || minute > 59 || second >= 61) return undefined;
  const days = new Date(0);
  days.setUTCFullYear(year, month - 1, day);
  if (days.getUTCMonth() !== month - 1 || days.getUTCDate() !== day) return undefined;
  return days.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset(parts[7] ?? 'Z');
}

/** Seconds east of Greenwich of `Z`, `+HH:MM` or `-HHMM`. */
function offset(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(-2)) * 60;
  return zone[0] === '-' ? -seconds : seconds;
}
