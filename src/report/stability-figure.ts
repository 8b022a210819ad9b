import { gains } from '../analysis/gains.ts';
import { liquid } from '../cells/liquid.ts';
import { model } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { euler } from '../solvers/euler.ts';
import { exponential } from '../solvers/exponential.ts';
import { rk4 } from '../solvers/rk4.ts';
import { semiImplicit } from '../solvers/semi-implicit.ts';
import type { Solver } from '../solvers/solver.ts';
import { type Frame, horizontalGrid, legend, type Tone, ticksBelow } from './axes.ts';
import { linear } from './scale.ts';
import { element, label, line, pathThrough, svg } from './svg.ts';

interface Shown {
  readonly name: string;
  readonly solver: Solver;
  readonly tone: Tone;
}

const shown: readonly Shown[] = [
  { name: 'Euler', solver: euler, tone: 'two' },
  { name: 'RK4', solver: rk4, tone: 'three' },
  { name: 'fused', solver: semiImplicit, tone: 'one' },
  { name: 'exponential', solver: exponential, tone: 'ink' },
];

/** What a step leaves of what decays, against the step's length: stable while between −1 and 1, monotone while not below 0. */
export function gainFigure(): string {
  const frame: Frame = { left: 58, top: 34, right: 704, bottom: 246 };
  const r = Array.from({ length: 71 }, (_, k) => k / 20);
  const [x, y] = [linear(0, 3.5, 7, false), linear(-1.5, 1.5, 6, false)];
  const px = (value: number) => frame.left + x.at(value) * (frame.right - frame.left);
  const py = (value: number) => frame.bottom - y.at(value) * (frame.bottom - frame.top);
  const curves = shown.map(({ name, solver, tone }) => {
    const gain = gains(solver)(r.map((each) => -each));
    return curve(r, gain, { x: px, y: py, lo: y.lo, hi: y.hi }, `curve ${tone}`, name);
  });
  const limits = [
    { at: 1, text: 'Euler monotone to 1', y: frame.top + 12 },
    { at: euler.stability, text: 'Euler stable to 2', y: frame.top + 12 },
    { at: rk4.stability, text: 'RK4 stable to 2.785', y: frame.bottom - 6 },
  ].map(
    ({ at, text, y }) =>
      line(px(at), frame.top, px(at), frame.bottom, { class: 'mark' }) + label(text, px(at) + 5, y, { class: 'note' }),
  );
  return svg(
    720,
    290,
    'What one step of Euler, RK4, the fused and the exponential solver leaves of the distance to rest, against dt/τ',
    horizontalGrid(y, frame, py),
    ...[1, -1].map((edge) => line(frame.left, py(edge), frame.right, py(edge), { class: 'base' })),
    ticksBelow(x, frame, px),
    ...limits,
    ...curves,
    label('share of the distance to rest that a step leaves', 0, 12, { class: 'axis' }),
    label('dt/τ', frame.right, frame.bottom + 36, { class: 'axis', 'text-anchor': 'end' }),
    legend(shown, frame.right),
  );
}

/** Lengths of steps over τ that trajectories are drawn at. */
const lengths = [0.5, 1, 1.5, 2, 2.5, 3];

/** A liquid neuron on its way from −1 to rest under each solver, as its steps grow; behind it the exact way. */
export function stepFigure(): string {
  const [left, top, width, height, gap, below] = [84, 34, 98, 74, 8, 22];
  const [until, y] = [10, linear(-1.6, 3.2, 2, false)];
  const exactTimes = Array.from({ length: 41 }, (_, k) => (k * until) / 40);
  const exact = exactTimes.map((t) => rest - (rest + 1) * Math.exp(-t));
  const panels = shown.flatMap(({ name, solver, tone }, row) => [
    label(name, left - 10, top + row * (height + below) + height / 2 + 4, { class: 'name', 'text-anchor': 'end' }),
    ...lengths.flatMap((length, column) => {
      const [x0, y0] = [left + column * (width + gap), top + row * (height + below)];
      const at = {
        x: (t: number) => x0 + (t / until) * width,
        y: (value: number) => y0 + height - y.at(value) * height,
        lo: y.lo,
        hi: y.hi,
      };
      const { times, states } = path(solver, length, until);
      const [gain] = gains(solver)([-length]);
      return [
        ...(row === 0
          ? [label(`dt/τ = ${length}`, x0 + width / 2, top - 12, { class: 'name', 'text-anchor': 'middle' })]
          : []),
        line(x0, at.y(rest), x0 + width, at.y(rest), { class: 'grid' }),
        line(x0, y0 + height, x0 + width, y0 + height, { class: 'base' }),
        curve(exactTimes, exact, at, 'curve ink', 'exact'),
        curve(times, states, at, `curve ${tone === 'ink' ? 'quiet' : tone}`, name),
        ...times.flatMap((t, k) =>
          states[k]! >= y.lo && states[k]! <= y.hi
            ? [
                element('circle', {
                  class: `dot ${tone === 'ink' ? 'quiet' : tone}`,
                  cx: at.x(t),
                  cy: at.y(states[k]!),
                  r: 1.8,
                }),
              ]
            : [],
        ),
        label(`× ${gain!.toFixed(2).replace('-', '−')}`, x0 + width - 2, y0 + height + 13, {
          class: 'note',
          'text-anchor': 'end',
        }),
      ];
    }),
  ]);
  return svg(
    720,
    top + shown.length * (height + below) + 22,
    'Trajectories of the liquid neuron under four solvers at six step lengths, against the exact one',
    ...panels,
    label(
      `× what a step leaves of the distance to rest; ${until} τ from left to right`,
      720 - 8,
      top + shown.length * (height + below) + 14,
      {
        class: 'axis',
        'text-anchor': 'end',
      },
    ),
  );
}

/** What the neuron of the figure comes to rest at. */
const rest = 0.8;

/** The neuron from −1 in steps of a length, τ = 1. */
function path(solver: Solver, length: number, until: number): { times: number[]; states: number[] } {
  const drawn = model({ cell: liquid(), inputs: 1, units: 1, solver, unfolds: 1, constraints: 'none' });
  const arrays: Readonly<Record<string, number>> = { W_in: 1, W_rec: 0, alpha: rest / Math.tanh(1), beta: 0, tau: 1 };
  const of = withParameters(
    drawn,
    Float64Array.from(drawn.layout, ({ name }) => arrays[name]!),
  );
  const steps = Math.floor(until / length);
  const fill = (value: number) => new Float64Array(steps).fill(value);
  const sequences = { batch: 1, steps, x: fill(1), dt: fill(length), initial: [-1] };
  const { states } = program(of, { backend: 'javascript' }).forward(sequences, { states: true });
  return { times: Array.from({ length: steps + 1 }, (_, k) => k * length), states: [-1, ...states!] };
}

/** A curve cut off where it leaves the plot. */
function curve(
  xs: readonly number[],
  ys: ArrayLike<number>,
  { x, y, lo, hi }: { x(value: number): number; y(value: number): number; readonly lo: number; readonly hi: number },
  style: string,
  title: string,
): string {
  const [px, py]: [number[], number[]] = [[], []];
  const put = (at: number, value: number) => {
    px.push(x(at));
    py.push(y(value));
  };
  for (let k = 0; k < xs.length; k++) {
    if (k > 0) {
      // Where the way from the point before crosses an edge of the plot, in its order.
      const [from, to] = [ys[k - 1]!, ys[k]!];
      const crossings = [lo, hi].map((edge) => (edge - from) / (to - from)).filter((share) => share > 0 && share < 1);
      for (const share of crossings.sort((a, b) => a - b)) {
        const before = from + (share - 1e-6) * (to - from);
        const isEntry = before < lo || before > hi;
        if (isEntry) put(Number.NaN, 0);
        put(xs[k - 1]! + share * (xs[k]! - xs[k - 1]!), from + share * (to - from));
        if (!isEntry) put(Number.NaN, 0);
      }
    }
    if (ys[k]! >= lo && ys[k]! <= hi) put(xs[k]!, ys[k]!);
  }
  return element('path', { class: style, d: pathThrough(px, py) }, element('title', {}, title));
}
