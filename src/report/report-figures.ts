import { boundsFigure } from './bounds-figure.ts';
import { unitNames } from './certified-bounds.ts';
import { confusionMatrix } from './confusion-matrix.ts';
import { bars, dots, heatStrip, lineChart, trajectory } from './figures.ts';
import {
  predictedAgainstTrue,
  residualHistogram,
  residualsAgainstPredicted,
  residualsInOrder,
} from './prediction-figures.ts';
import type { ReportData, TimeConstantsAlong } from './report-data.ts';
import { isWorthDrawing, wiringDrawing } from './wiring-drawing.ts';

/** One figure of a report, which may be several drawings. */
export interface ReportFigure {
  /** What it shows, in a sentence without its full stop. */
  readonly said: string;
  readonly drawings: readonly string[];
}

/** Every figure of a report by its name, which is the name of its file too; those that a report has nothing for are left out. */
export function reportFigures(data: ReportData): Readonly<Partial<Record<FigureName, ReportFigure>>> {
  return Object.fromEntries(
    Object.entries(figures).flatMap(([name, draw]) => {
      const drawn = draw(data);
      return drawn && drawn.drawings.length > 0 ? [[name, drawn]] : [];
    }),
  );
}

type FigureName = keyof typeof figures;

const figures = {
  results: ({ results: { metric, lowerIsBetter, rows } }) => {
    const better = lowerIsBetter ? 'lower is better' : 'higher is better';
    const said = `Test ${metric} beside baselines`;
    return { said, drawings: [dots({ label: said, xLabel: `${metric}, ${better}`, rows, isLinear: !lowerIsBetter })] };
  },
  curves: ({ curves: { lossName, points, bestEpoch } }) => {
    if (points.length < 2) return undefined;
    const x = points.map((point) => point.epoch);
    const said = `Training and validation ${lossName} over ${points.length} epochs`;
    const chart = lineChart({
      label: said,
      xLabel: 'epoch',
      yLabel: lossName,
      series: [
        { name: 'training', x, y: points.map((point) => point.train), tone: 'one' },
        { name: 'validation', x, y: points.map((point) => point.valid), tone: 'two' },
      ],
      ...(bestEpoch === undefined ? {} : { mark: { x: bestEpoch, text: `kept: epoch ${bestEpoch}` } }),
    });
    return { said, drawings: [chart] };
  },
  confusion: ({ answers }) =>
    answers?.kind === 'classes'
      ? { said: 'Which class was said to be which', drawings: [confusionMatrix(answers)] }
      : undefined,
  'predicted-against-true': ({ answers }) => {
    if (answers?.kind !== 'numbers') return undefined;
    const [one, ...more] = answers.shown;
    const residuals = [residualHistogram, residualsAgainstPredicted, residualsInOrder];
    return {
      said: 'Predicted against true',
      drawings: [
        ...answers.shown.map(predictedAgainstTrue),
        ...(one && more.length === 0 ? residuals.map((draw) => draw(one)) : []),
      ],
    };
  },
  trajectories: ({ trajectories }) => {
    if (trajectories === undefined) return undefined;
    const { title, times, timeLabel, outputs } = trajectories;
    const width = outputs.length === 1 ? 720 : 360;
    return { said: title, drawings: outputs.map((output) => trajectory(output, times, timeLabel, width)) };
  },
  'output-errors': ({ outputErrors }) => {
    if (outputErrors === undefined || outputErrors.rows.length < 2) return undefined;
    const { metric, rows } = outputErrors;
    const said = `Test ${metric} of each output`;
    return { said, drawings: [bars({ label: said, xLabel: metric, rows })] };
  },
  'time-constants': ({ timeConstants }) =>
    timeConstants && { said: 'Time constants', drawings: timeConstantDrawings(timeConstants) },
  'time-constant-course': ({ timeConstantCourse }) => {
    if (timeConstantCourse === undefined) return undefined;
    const { unit, points } = timeConstantCourse;
    const said = `Median time constant over ${points.length} epochs`;
    const [x, y] = [points.map(({ epoch }) => epoch), points.map(({ value }) => value)];
    const chart = lineChart({
      label: said,
      xLabel: 'epoch',
      yLabel: `median τ (${unit})`,
      series: [{ name: 'median of the neurons', x, y, tone: 'one' }],
    });
    return { said, drawings: [chart] };
  },
  wiring: ({ wirings }) => ({
    said: 'The wiring',
    drawings: wirings.filter(isWorthDrawing).map(wiringDrawing),
  }),
  bounds: ({ bounds, clock }) => ({
    said: 'Certified bounds of states and time constants',
    drawings: bounds.flatMap(({ name, bounds: of }) => {
      if ('why' in of) return [];
      const names = unitNames(of.units);
      const whose = name === '' ? '' : `, ${name}`;
      const long = clock.length;
      const drawn = (label: string, xLabel: string, part: 'range' | 'tau', scale: number) => {
        const rows = of.units.map((unit, k) => {
          const { lo, hi } = unit[part];
          return { name: names[k]!, bounds: { lo: lo && lo * scale, hi: hi && hi * scale } };
        });
        const isKnown = rows.some(({ bounds: { lo, hi } }) => lo !== null || hi !== null);
        return isKnown ? [boundsFigure({ label, xLabel, rows })] : [];
      };
      return [
        ...drawn(`Where each state stays${whose}`, `state${whose}`, 'range', 1),
        ...drawn(`Where each time constant stays${whose}`, `τ (${clock.unit})${whose}`, 'tau', long),
      ];
    }),
  }),
} as const satisfies Readonly<Record<string, (data: ReportData) => ReportFigure | undefined>>;

/** What there is to draw of time constants: nothing where they are infinite. */
export function timeConstantDrawings({
  kind,
  tau,
  steps,
  units,
  times,
  timeLabel,
  unit,
}: TimeConstantsAlong): readonly string[] {
  if (kind === 'infinite') return [];
  if (kind === 'constant') {
    const rows = Array.from({ length: units }, (_, i) => ({ name: `neuron ${i}`, value: tau[i]! }));
    return [bars({ label: 'Time constant of each neuron', xLabel: `τ (${unit})`, rows })];
  }
  return [
    heatStrip({
      label: `Time constants of ${units} neurons over ${steps} steps`,
      values: tau,
      steps,
      rows: units,
      times,
      xLabel: timeLabel,
      legend: `τ (${unit}), log scale`,
    }),
  ];
}
