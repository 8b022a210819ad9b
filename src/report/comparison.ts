import { lookOf } from './axes.ts';
import { lineChart } from './figures.ts';
import { figure, header as heading, numbers, page, section } from './page.ts';

/** A curve over epochs, and what it is of. */
export interface Course {
  readonly of: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** What a page of several runs shows, as plain data. */
export interface ComparisonData {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Of each run, on the validation part. */
  readonly curves: readonly { readonly name: string; readonly courses: readonly Course[] }[];
  readonly maker: string;
}

/** Several runs on one HTML page that needs nothing else: a figure for each thing that they are validated by, each run with one look in all, and the table. */
export function comparison({ header, rows, curves, maker }: ComparisonData): string {
  const courses = curves.flatMap(({ name, courses }, k) =>
    courses.map((course) => ({ name, ...lookOf(k), ...course })),
  );
  const charts = [...new Set(courses.map(({ of }) => of))].map((of) => {
    const series = courses.filter((course) => course.of === of);
    const label = `Validation ${of} of ${series.length} runs over their epochs`;
    return figure(lineChart({ label, xLabel: 'epoch', yLabel: `validation ${of}`, series }));
  });
  const runs = `${curves.length} ${curves.length === 1 ? 'run' : 'runs'}`;
  const sections = [
    heading(`${runs} compared`, 'What differs between them, and what they came to.'),
    section('Validation', charts.join('')),
    section(
      'Runs',
      numbers(header, rows),
      'The best epoch is chosen on the validation part; the test part is measured once, at the end.',
    ),
  ];
  return page({ title: `${runs} compared`, sections, maker });
}
