import { datasets } from '../datasets/index.ts';
import { type Kind, optionForms } from './choice.ts';

/** The names of a table, in lines that stand one below the other beside the options. */
export const listed = (table: object) => {
  const lines = Object.keys(table)
    .join(', ')
    .match(/.{1,75}(?:, |$)/g)!;
  return lines.map((line) => line.trimEnd()).join(`\n${' '.repeat(27)}`);
};

/** A name and what is said of it, a line or more. */
export const entry = (name: string, said: string) => {
  const lines = said.match(/.{1,75}(?: |$)/g)!;
  return `  ${name.padEnd(25)}${lines.map((line) => line.trimEnd()).join(`\n${' '.repeat(27)}`)}`;
};

/** What members of some tables take as options, a member a line or more. */
export const optionsOf = (...tables: readonly Readonly<Record<string, Readonly<Record<string, Kind>>>>[]) =>
  tables
    .flatMap((table) => Object.entries(table))
    .filter(([, kinds]) => Object.keys(kinds).length > 0)
    .map(([name, kinds]) => entry(name, optionForms(kinds).join(' ')))
    .join('\n');

/** The data sets by name, a line each. */
export const known = Object.values(datasets).map(({ name, title }) => `${name.padEnd(12)}${title}`);

/** What of config files is to be said with every command that takes one. */
export const configHelp = `  --config FILE            options from there, not from rivulet.config.json (or .ts, .mts, .js, .mjs) in
                           the working directory; --no-config from none; --no-FLAG takes back a flag`;

/** What may be said of files of data. */
export const dataHelp = `  --target COLUMN,…        what to predict (default the label of recordings, where they have one);
                           several columns of numbers, or all of them
  --task NAME              forecast (a number some rows ahead; default for numbers), regress (a number
                           at each row, from the other columns), classify (at each row; as --classify),
                           sequence (one answer for each recording; default where they have labels)
  --classify               the target's numbers are classes (text always is)
  --horizon N              rows that a forecast looks ahead (default 1)
  --time COLUMN,…          the column of times; several make one: date and clock, or year, month, day, …
                           (default the only column of timestamps, or called so, else columns of these)
  --date-order NAME        of dates such as 1/2/2024: dmy or mdy (default what the column leaves no
                           choice about)
  --recording COLUMN       the column that says which recording a row is of (default each file is one)
  --long NAME,…,VALUE      of a file with a row for each value (long format): the columns that say what
                           was measured, and that of its value; there will be a column for each quantity
  --repeated NAME          of rows at one time, keep the first or the last (default an error)
  --header yes|no          whether the first line of CSV holds names (default when it holds no number)
  --na VALUE,…             what means that there is no value, beside ?, NA, N/A, NaN, null and nothing:
                           -200, 9999, - (not in the columns of --time, --recording and names of --long)
  --ignore COLUMN,…        columns to leave out
  --labels FILE            of a folder: a row for each recording, its name or number, then what it is
  --test FILE,…            files that are the test part (default 15 % of the data)
  --split NAME             time (the end of each recording validates and tests) or recording (whole
                           ones do; default where each has one answer, or there are 10 or more)
  --window N               rows of the windows that recordings are cut in to train on, and that are read
                           before a row is judged (default 32)
  --calendar NAME,…        day, week, year: inputs made of the times, a sine and a cosine each; or none
                           (default for numbers at each row: those that the training part holds twice)`;

/** The options that every command takes. */
export const commonHelp = `  --debug                  show where an error came from
  --help, -h               print this`;

/** The options of a command that a config file may speak of, beside its own. */
export const configuredHelp = `  --config FILE            options from there, or --no-config (\`rivulet train --help\` says more)
${commonHelp}`;

/** How most commands end. */
export const exitCodes = 'Exit code: 0 done, 1 failed (also over the contents of a file), 2 called wrongly.';
