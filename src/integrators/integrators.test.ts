import { expect, test } from 'vitest';
import { random } from '../random.ts';
import { integrators } from './index.ts';
import type { Count, Field, Integration, Integrator } from './integrator.ts';

const all = Object.values(integrators);

/** Where an integration goes: times, first states, the state at the end, and what it took. */
function course(of: Integrator, field: Field, given: Partial<Integration> & Pick<Integration, 'start' | 'to'>) {
  const [times, states]: [number[], number[]] = [[], []];
  let end: readonly number[] = [];
  const count = of.integrate(field, { from: 0, rtol: 1e-3, atol: 1e-6, ...given }, (t, y) => {
    times.push(t);
    states.push(y[0]!);
    end = [...y];
  });
  return { times, states, end, count };
}

/** y'' = −y. */
const swing: Field = (_t, y, out) => {
  out[0] = y[1]!;
  out[1] = -y[0]!;
};

/** y' = cos(t)·y², of which 1/(2 − sin t) is the solution from 1/2. */
const curved: Field = (t, y, out) => {
  out[0] = Math.cos(t) * y[0]! ** 2;
};

/** y'' = mu·(1 − y²)·y' − y. */
const vanDerPol =
  (mu: number): Field =>
  (_t, y, out) => {
    out[0] = y[1]!;
    out[1] = mu * (1 - y[0]! ** 2) * y[1]! - y[0]!;
  };

/** The slope of log(errors) over log(steps), by least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([steps, error]) => [Math.log(steps), Math.log(error)] as const);
  const mean = (k: 0 | 1) => logs.reduce((sum, point) => sum + point[k], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return logs.reduce((sum, p) => sum + (p[0] - x) * (p[1] - y), 0) / logs.reduce((sum, p) => sum + (p[0] - x) ** 2, 0);
}

test.for(all)('$name visits the start, the end, and as many points a step as it refines, in order', (integrator) => {
  const { times, states, count } = course(integrator, swing, { from: -1, to: 6, start: [0, 1] });
  expect([times[0], states[0], times.at(-1)]).toEqual([-1, 0, 6]);
  expect(times.length).toBe(1 + integrator.refine * count.accepted);
  expect(times.every((t, k) => k === 0 || t > times[k - 1]!)).toBe(true);
  expect(integrator.refine).toBe(integrator.name === 'ode45' ? 4 : 1);
  // A step is at most a tenth of the whole, or 1.1 of it at the end.
  const lengths = times.slice(1).map((t, k) => t - times[k]!);
  expect(Math.max(...lengths)).toBeLessThanOrEqual((1.1 * 0.7 + 1e-12) * (integrator.refine === 4 ? 0.25 : 1));
});

test.for(all)('the error of $name at all its points follows its tolerance', (integrator) => {
  // A low order needs 10^5 steps for 1e-9.
  for (const rtol of [1e-3, 1e-5, 1e-7, ...(integrator.order.endsWith('(3)') ? [] : [1e-9])]) {
    const { times, states, count } = course(integrator, curved, { to: 6, start: [1 / 2], rtol, atol: rtol / 1000 });
    const error = Math.max(...times.map((t, k) => Math.abs(states[k]! - 1 / (2 - Math.sin(t)))));
    // Each step may add rtol, and the solution multiplies what came before by at most 4.
    expect(error, `${rtol}`).toBeLessThan(4 * rtol * count.accepted);
    expect(error, `${rtol}`).toBeGreaterThan(rtol / 1e4);
  }
});

// Steps grow as the tolerance to the power of −1/(order of the estimate); errors fall with steps at the order of the result.
test.for([
  { name: 'ode45', estimate: 5, result: 5 },
  { name: 'ode23', estimate: 3, result: 3 },
  { name: 'ode23tb', estimate: 3, result: 2 },
] as const)(
  '$name has error estimates of order $estimate and results of order $result',
  ({ name, estimate, result }) => {
    const runs = [1e-6, 1e-7, 1e-8, 1e-9].map((rtol) => {
      const { end, count } = course(integrators[name], swing, { to: 5, start: [0, 1], rtol, atol: rtol });
      return { rtol, steps: count.accepted, error: Math.hypot(end[0]! - Math.sin(5), end[1]! - Math.cos(5)) };
    });
    // The choice of steps is not smooth, so that four points do not lie on a line: half a unit separates the orders.
    expect(Math.abs(-slope(runs.map(({ steps, rtol }) => [steps, rtol])) - estimate)).toBeLessThan(0.3);
    expect(Math.abs(-slope(runs.map(({ steps, error }) => [steps, error])) - result)).toBeLessThan(0.5);
  },
);

test.for([
  { name: 'ode45', order: 5 },
  { name: 'ode23', order: 3 },
  { name: 'ode23tb', order: 2 },
] as const)('the formulas of $name are of order $order in ten equal steps', ({ name, order }) => {
  // Where every error is allowed, all steps are the longest there are; halves of a span then have steps half as long.
  const error = (pieces: number) => {
    let y: readonly number[] = [0, 1, 1 / 2];
    for (let k = 0; k < pieces; k++) {
      const field: Field = (t, state, out) => {
        swing(t, state, out);
        out[0]! += t ** 2;
        // Newton's method, for which this tolerance is loose too, would not follow a field that is not linear.
        out[2] = name === 'ode23tb' ? -state[2]! + Math.exp(-t) * Math.cos(t) : Math.cos(t) * state[2]! ** 2;
      };
      const span = 1 / pieces;
      const run = course(integrators[name], field, {
        from: k * span,
        to: (k + 1) * span,
        start: y,
        rtol: 1e9,
        atol: 1e9,
      });
      expect(run.count).toMatchObject({ accepted: 10, rejected: 0 });
      y = run.end;
    }
    // y₀'' = −y₀ + 2t with y₀' = y₁ + t²: y₀ = 2t − sin t, y₁ = 2 − cos t − t².
    const wanted = [2 - Math.sin(1), 1 - Math.cos(1)];
    wanted.push(name === 'ode23tb' ? Math.exp(-1) * (Math.sin(1) + 1 / 2) : 1 / (2 - Math.sin(1)));
    return Math.hypot(...wanted.map((v, k) => v - y[k]!));
  };
  // The next term of the error is a few per cent at these lengths.
  expect(Math.abs(Math.log2(error(2) / error(4)) - order)).toBeLessThan(0.15);
});

test('the points of ode45 inside a step are as good as those at its end', () => {
  const { times, states } = course(integrators.ode45, swing, { to: 5, start: [0, 1], rtol: 1e-6, atol: 1e-8 });
  const worst = (at: (k: number) => boolean) =>
    Math.max(...times.map((t, k) => (at(k) ? Math.abs(states[k]! - Math.sin(t)) : 0)));
  // The quartic is of order 4, the step of order 5.
  expect(worst((k) => k % 4 !== 0)).toBeLessThan(20 * worst((k) => k % 4 === 0));
});

// With nothing to estimate, the first step is what the derivative at the start allows, and the next ones grow as fast as they may.
test.for([
  { name: 'ode45', first: 0.8 * 1e-2 ** (1 / 5), growth: 5 },
  { name: 'ode23', first: 0.8 * 1e-2 ** (1 / 3), growth: 5 },
  { name: 'ode113', first: 0.25 * 1e-2 ** (1 / 2), growth: 2 },
  { name: 'ode23tb', first: Number.POSITIVE_INFINITY, growth: 1 },
] as const)(
  '$name begins with the step that MATLAB would, and lets it grow $growth times',
  ({ name, first, growth }) => {
    const threshold = 1e-4 / 1e-2;
    const { times } = course(integrators[name], (_t, _y, out) => out.fill(1), {
      to: 1,
      start: [0],
      rtol: 1e-2,
      atol: 1e-4,
    });
    const ends = times.filter((_, k) => k % integrators[name].refine === 0);
    let wanted = Math.min(0.1, first * threshold);
    let t = 0;
    for (const end of ends.slice(1)) {
      t = 1.1 * wanted >= 1 - t ? 1 : t + wanted;
      expect(end).toBeCloseTo(t, 12);
      wanted = Math.min(0.1, growth * wanted);
    }
  },
);

test('after each step, ode23 takes four fifths of the step that its estimate would just have allowed', () => {
  const rtol = 1e-4;
  const { times, states, count } = course(integrators.ode23, (_t, y, out) => out.fill(-y[0]!), {
    to: 2,
    start: [1],
    rtol,
  });
  expect(count.rejected).toBe(0);
  let isChosen = 0;
  for (let k = 1; k + 2 < times.length; k++) {
    const [h, y] = [times[k]! - times[k - 1]!, states[k - 1]!];
    const rates = [-y];
    for (const [node, from] of [
      [1 / 2, 0],
      [3 / 4, 1],
    ] as const)
      rates.push(-(y + h * node * rates[from]!));
    rates.push(-states[k]!);
    // The second-order weights are 7/24, 1/4, 1/3, 1/8, those of the step 2/9, 1/3, 4/9.
    const [b, low] = [
      [2 / 9, 1 / 3, 4 / 9, 0],
      [7 / 24, 1 / 4, 1 / 3, 1 / 8],
    ];
    const error = Math.abs(h * rates.reduce((sum, rate, m) => sum + (b[m]! - low[m]!) * rate, 0)) / y;
    const wanted = Math.min(0.2, h * Math.min(5, 0.8 * (rtol / error) ** (1 / 3)));
    expect((times[k + 1]! - times[k]!) / wanted).toBeCloseTo(1, 6);
    if (wanted < 0.2 && wanted < 5 * h) isChosen++;
  }
  expect(isChosen).toBeGreaterThan(5);
});

test('ode23tb begins with the step that the second derivative allows, and chooses by the filtered estimate of Hosea and Shampine', () => {
  const rtol = 1e-4;
  const flow: Field = (_t, y, out) => out.fill(-y[0]!);
  // From 1/2 on the error allowed stays, and steps grow.
  const given = { to: 8, start: [1], rtol, atol: rtol / 2 };
  const { times, states, count } = course(integrators.ode23tb, flow, given);
  expect(count.rejected).toBe(0);
  // y'' = y; the Jacobian is made of differences, which half the digits tell.
  expect(times[1]! / (rtol ** (1 / 3) / (1.43 * Math.sqrt(1 / 2)))).toBeCloseTo(1, 6);
  const [alpha, w] = [2 - Math.SQRT2, Math.SQRT2 / 4];
  let changes = 0;
  for (let k = 1; k + 2 < times.length; k++) {
    const [h, y] = [times[k]! - times[k - 1]!, states[k - 1]!];
    const divisor = 1 + (alpha / 2) * h;
    const z = -h * y;
    const middle = (-h * (y + (alpha / 2) * z)) / divisor;
    const end = (-h * (y + w * (z + middle))) / divisor;
    expect(states[k]! - (y + w * (z + middle) + (alpha / 2) * end)).toBeCloseTo(0, 8);
    // The weights of the step less those of its third-order companion, (1 − w)/3, (3w + 1)/3 and alpha/6.
    const gap = (w - (1 - w) / 3) * z + (w - (3 * w + 1) / 3) * middle + (alpha / 2 - alpha / 6) * end;
    const ratio = Math.min(5, 0.8 / h, 0.7 / (Math.abs(gap) / divisor / Math.max(y, 1 / 2) / rtol) ** (1 / 3));
    const wanted = Math.abs(ratio - 1) > 0.2 ? ratio : 1;
    expect((times[k + 1]! - times[k]!) / h).toBeCloseTo(wanted, 4);
    if (wanted !== 1) changes++;
  }
  expect(changes).toBeGreaterThan(1);
});

// How often the field is called in an attempt whose first call of it says nothing, and how much shorter the next ones are.
test.for([
  { name: 'ode45', calls: 6, shorter: [0.1, 0.5, 0.5, 0.5] },
  { name: 'ode23', calls: 3, shorter: [0.1, 0.5, 0.5, 0.5] },
  { name: 'ode113', calls: 1, shorter: [0.5, 0.5, 0.5, 0.5] },
  { name: 'ode23tb', calls: 1, shorter: [0.3, 0.3, 0.3, 0.3] },
] as const)('$name tries shorter and shorter steps where the field is not a number', ({ name, calls, shorter }) => {
  const called: number[] = [];
  const cliff: Field = (t, _y, out) => {
    called.push(t);
    // The first step is a hundredth at most, so that what ode23tb asks to choose it is not over the cliff.
    out.fill(t <= 1e-8 ? 1 : Number.NaN);
  };
  expect(() => course(integrators[name], cliff, { to: 1, start: [0], atol: 1e-3 })).toThrow('not finite there');
  const tried = called.filter((t) => t > 1e-8).filter((_, k) => k % calls === 0);
  expect(tried.slice(1, 5).map((t, k) => t / tried[k]!)).toEqual(shorter.map((v) => expect.closeTo(v, 10)));
});

// The public-domain code STEP with MATLAB's first and longest step, transcribed literally, on one state, where the norms agree.
test.for([
  { rtol: 1e-2, accepted: 42, rejected: 7 },
  { rtol: 1e-3, accepted: 73, rejected: 6 },
  { rtol: 1e-5, accepted: 137, rejected: 5 },
  { rtol: 1e-7, accepted: 190, rejected: 3 },
])('ode113 takes as many steps as the code of Shampine and Gordon at a tolerance of $rtol', ({ rtol, ...steps }) => {
  const { count } = course(integrators.ode113, curved, { to: 20, start: [1 / 2], rtol, atol: rtol / 100 });
  expect(count).toMatchObject(steps);
});

test('ode113 integrates polynomials as high as its order in the steps that are the longest, once it has risen', () => {
  const run = (power: number) =>
    course(integrators.ode113, (t, _y, out) => out.fill((power + 1) * t ** power), {
      to: 1,
      start: [0],
      rtol: 1e-10,
      atol: 1e-10,
    });
  for (const power of [0, 1, 3, 6, 9]) expect(run(power).end[0], `${power}`).toBeCloseTo(1, 9);
  // Nothing to estimate: ten steps of a tenth, and those that double from the first, 1/4·sqrt(rtol) at most.
  expect(run(0).count.accepted).toBeLessThan(10 + Math.log2(0.1 / (0.25e-5 / 1)) + 2);
  // An order that stayed low would need many more: ode23 takes thousands.
  expect(run(9).count.accepted).toBeLessThan(100);
});

test('where much precision is asked for, ode113 calls the field least', () => {
  const calls = ({ name }: Integrator, rtol: number) =>
    course(integrators[name as 'ode45'], swing, { to: 10, start: [0, 1], rtol, atol: rtol }).count.evaluations;
  const { ode45, ode23, ode113 } = integrators;
  expect(3 * calls(ode113, 1e-10)).toBeLessThan(calls(ode45, 1e-10));
  expect(20 * calls(ode113, 1e-9)).toBeLessThan(calls(ode23, 1e-9));
});

test.for(all)('$name follows the van der Pol oscillator round three times', (integrator) => {
  const rtol = 1e-6;
  const { end } = course(integrator, vanDerPol(1), { to: 20, start: [2, 0], rtol, atol: rtol / 1000 });
  // DOP853 of SciPy 1.17.1 at rtol 1e-13, atol 1e-15. The phase carries the errors of hundreds of steps.
  const wanted = [2.00814976217494, -0.0425088752732219];
  for (const [k, v] of wanted.entries()) expect(Math.abs(end[k]! - v)).toBeLessThan(200 * rtol);
});

test('ode23tb follows the van der Pol oscillator of mu 1000 through its jumps', () => {
  const { end, count } = course(integrators.ode23tb, vanDerPol(1000), {
    to: 2000,
    start: [2, 0],
    rtol: 1e-6,
    atol: 1e-9,
  });
  // Radau of SciPy 1.17.1 at rtol 1e-12, atol 1e-14, and the Bari test set (VDPOL at t = 2, there scaled by mu).
  expect(end[0]).toBeCloseTo(1.70616773217, 3);
  expect(end[1]! * 1000).toBeCloseTo(-0.892809701025, 3);
  expect(count.accepted).toBeLessThan(5000);
});

test('where the solution is a parabola, ode23tb knows the end of a step from its middle, and calls the field thrice a step', () => {
  const { count } = course(integrators.ode23tb, (t, _y, out) => out.fill(2 * t), { to: 1, start: [1] });
  // Twice until the trapezoidal rule has settled, once more at the end; before, at the start, for the Jacobian and for the first step.
  expect(count.evaluations).toBe(3 + 3 * count.accepted);
});

test('a rate of a million costs ode23tb no steps, and the explicit ones one for every few time constants', () => {
  const rate = 1e6;
  const chase: Field = (t, y, out) => {
    out[0] = -rate * (y[0]! - Math.cos(t)) - Math.sin(t);
  };
  const steps = (integrator: Integrator, to: number) => {
    const { end, count } = course(integrator, chase, { to, start: [1.5] });
    expect(Math.abs(end[0]! - Math.cos(to))).toBeLessThan(1e-3);
    return count.accepted;
  };
  expect(steps(integrators.ode23tb, 1)).toBeLessThan(60);
  for (const { name } of all) {
    if (name === 'ode23tb') continue;
    // No explicit method here is stable for steps of 4 time constants.
    expect(steps(integrators[name as 'ode45'], 1e-3), name).toBeGreaterThan((1e-3 * rate) / 4);
  }
});

// Single layers of the published experiment, whose Table 2 prints output points over 100: 0.56, 0.56 and 0.60.
test.for([
  { activation: 'tanh', steps: 14, of: Math.tanh },
  { activation: 'sigmoid', steps: 14, of: (v: number) => 1 / (1 + Math.exp(-v)) },
  { activation: 'identity', steps: 15, of: (v: number) => v },
])(
  'ode45 takes a median of $steps steps on neural ODEs of 100 $activation neurons around the unit circle',
  ({ steps, of }) => {
    const spacing = (2 * Math.PI) / 99;
    const found = Array.from({ length: 31 }, (_, seed) => {
      const { normal } = random(seed);
      const draw = (scale: number) => Float64Array.from({ length: 100 }, () => scale * normal());
      const [toSine, toCosine, bias] = [draw(2), draw(2), draw(1)];
      const field: Field = (t, _y, out) => {
        // Inputs are linear between 100 samples.
        const before = Math.min(98, Math.floor(t / spacing));
        const share = t / spacing - before;
        const between = (wave: (angle: number) => number) =>
          (1 - share) * wave(before * spacing) + share * wave((before + 1) * spacing);
        const [sine, cosine] = [between(Math.sin), between(Math.cos)];
        for (let i = 0; i < 100; i++) out[i] = of(toSine[i]! * sine + toCosine[i]! * cosine + bias[i]!);
      };
      const start = new Float64Array(100);
      return course(integrators.ode45, field, { to: 2 * Math.PI, start, rtol: 1e-2, atol: 1e-4 }).times.length - 1;
    });
    expect(found.sort((a, b) => a - b)[15]).toBe(4 * steps);
  },
);

test.for(all)('$name counts every call of the field and every step', (integrator) => {
  let calls = 0;
  const { count } = course(
    integrator,
    (t, y, out) => {
      calls++;
      vanDerPol(1)(t, y, out);
    },
    { to: 20, start: [2, 0] },
  );
  expect(count.evaluations).toBe(calls);
  expect(count.rejected).toBeGreaterThan(0);
  const perStep: Partial<Record<string, (count: Count) => number>> = {
    ode45: ({ accepted, rejected }) => 1 + 6 * (accepted + rejected),
    ode23: ({ accepted, rejected }) => 1 + 3 * (accepted + rejected),
    ode113: ({ accepted, rejected }) => 1 + 2 * accepted + rejected,
  };
  if (integrator.name in perStep) expect(calls).toBe(perStep[integrator.name]!(count));
});

test.for(all)('$name gives the same points again, and leaves the start as it was', (integrator) => {
  const start = Object.freeze([2, 0]);
  const run = () => course(integrator, vanDerPol(1), { to: 5, start });
  expect(run()).toEqual(run());
});

test.for(all)('a field that jumps is followed by $name, and one that ends is refused with the place', (integrator) => {
  const jump: Field = (t, _y, out) => out.fill(t < 0.437 ? 1 : -2);
  const rtol = 1e-6;
  const { end } = course(integrator, jump, { to: 1, start: [0], rtol, atol: rtol });
  // Only the step across the jump errs; where the jump is between certain stages of ode45, a hundred times its estimate.
  expect(Math.abs(end[0]! - (0.437 - 2 * 0.563))).toBeLessThan(100 * rtol);
  const pole: Field = (t, _y, out) => out.fill(t < 0.437 ? 1 : Number.NaN);
  expect(() => course(integrator, pole, { to: 1, start: [0] })).toThrow(
    new RegExp(
      `^${integrator.name}: no step succeeds at t = 0\\.43(69|7)\\d*, between 0 and 1; the one to try is .*not finite there`,
    ),
  );
});

test('what makes no sense is refused, in the words of the one who asks', () => {
  const { integrate } = integrators.ode45;
  const refuse =
    (given: object, field: Field = swing) =>
    () =>
      integrate(field, { from: 0, to: 1, start: [0, 1], rtol: 1e-3, atol: 1e-6, ...given }, () => {});
  expect(refuse({ to: 0 })).toThrow('ode45: to is 0, but must be later than from, 0');
  expect(refuse({ start: [] })).toThrow('ode45: start is [], but must be at least one number, all finite');
  expect(refuse({ start: [1, Number.NaN] })).toThrow('ode45: start is [1,NaN], but must be');
  expect(refuse({ rtol: 1e-15 })).toThrow('ode45: rtol is 1e-15, but must be a number of at least 2.2');
  expect(refuse({ atol: 0 })).toThrow('ode45: atol is 0, but must be a positive number');
  expect(refuse({ rTol: 1 })).toThrow('ode45: there is no option "rTol"');
  expect(refuse({ maxSteps: 3 })).toThrow(/^ode45: no step succeeds at t = .*maxSteps is too small/);
  expect(refuse({}, (_t, _y, out) => out.fill(Number.NaN))).toThrow(
    'ode45: the field is not finite at the start, t = 0',
  );
});
