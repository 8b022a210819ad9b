/** Seconds of the periods that people and weather go by; a year is the Gregorian mean. */
export const periods = { day: 86_400, week: 604_800, year: 31_556_952 } as const;

/** A period of the calendar. */
export type Period = keyof typeof periods;

/** The periods by name, the shortest first. */
export const periodNames = Object.keys(periods) as Period[];

/** What inputs are called that say where in some periods a row is: a sine and a cosine each. */
export const calendarNames = (calendar: readonly Period[]): string[] =>
  calendar.flatMap((period) => [`sin(${period})`, `cos(${period})`]);

/** The inputs that are read from columns: those before the ones of a calendar. */
export const measured = (inputNames: readonly string[], calendar: readonly Period[]): readonly string[] =>
  inputNames.slice(0, inputNames.length - 2 * calendar.length);

/** Where in some periods a time is, in seconds since 1970: a sine and a cosine each, of UTC. */
export const calendarInputs = (calendar: readonly Period[], seconds: number): number[] =>
  calendar.flatMap((period) => {
    const angle = (2 * Math.PI * (seconds % periods[period])) / periods[period];
    return [Math.sin(angle), Math.cos(angle)];
  });
