import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cells } from '../cells/index.ts';
import { mixed } from '../cells/mixed.ts';
import { loadModel, saveModel } from '../formats/model-file.ts';
import { type Model, type ModelOptions, model, synapsesOf } from '../model.ts';
import { withParameters } from '../network.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import { dopri5 } from '../solvers/dopri5.ts';
import { solvers } from '../solvers/index.ts';
import { stack } from '../stack.ts';
import { autoNcp } from '../wirings/ncp.ts';
import { type Certificate, certify, type Range } from './certify.ts';

/** What the equation sees of a parameter, entry by entry. */
function effective(net: Model, name: string): number[] {
  const { offset, size } = net.layout.find((slot) => slot.name === name)!;
  const stored = Array.from(net.parameters.subarray(offset, offset + size));
  return net.cell.params[name]!.constraint === 'positive' ? stored.map((x) => Math.log1p(Math.exp(x))) : stored;
}

/** The same model with other stored values for a parameter. */
function having(net: Model, name: string, change: (value: number, k: number) => number): Model {
  const { offset, size } = net.layout.find((slot) => slot.name === name)!;
  return withParameters(
    net,
    net.parameters.map((value, k) => (k >= offset && k < offset + size ? change(value, k - offset) : value)),
  );
}

/** The same model with all weights further from 0. */
const spread = (net: Model, by: number) =>
  withParameters(
    net,
    net.parameters.map((value) => value * by),
  );

/** As near as sums of some tens of numbers of size 1 are in float64. */
const rounding = 1e-12;

test('the paper’s cell: time constants and states are those of Theorems 1 and 2, or within them', () => {
  for (let seed = 0; seed < 20; seed++) {
    const net = spread(model({ cell: cells.ltc(), inputs: 3, units: 7, seed }), 1 + seed / 4);
    const { holds, units, summary } = certify(net);
    expect(holds).toBe(true);
    expect(summary).toBe('certified for semi-implicit at any step');
    const [tau, A] = [effective(net, 'tau'), effective(net, 'A')];
    units.forEach(({ unit, range, tau: constant, theorem }) => {
      const [t, a] = [tau[unit]!, A[unit]!];
      const stated = [
        [constant.lo!, t / (1 + t)],
        [-constant.hi!, -t],
        [range.lo!, Math.min(0, a)],
        [-range.hi!, -Math.max(0, a)],
      ] as const;
      for (const [certified, closed] of stated)
        expect(certified).toBeGreaterThanOrEqual(closed - rounding * Math.max(Math.abs(closed), Math.abs(a)));
      expect(theorem.tau.lo!).toBeCloseTo(t / (1 + t), 11);
      expect(theorem.tau.hi!).toBeCloseTo(t, 11);
      expect(theorem.range.lo!).toBeCloseTo(Math.min(0, a), 11);
      expect(theorem.range.hi!).toBeCloseTo(Math.max(0, a), 11);
    });
  }
});

test('the cell of ncps: time constants and states are within the closed forms over its own synapses', () => {
  for (let seed = 0; seed < 8; seed++) {
    const wiring = seed % 2 === 0 ? { units: 6 } : { wiring: autoNcp({ units: 10, outputs: 2, seed }) };
    const net = spread(model({ cell: cells.synaptic(), inputs: 3, seed, ...wiring }), 1 + seed / 4);
    const { holds, units } = certify(net);
    expect(holds).toBe(true);
    const [cm, gleak, vleak] = ['cm', 'gleak', 'vleak'].map((name) => effective(net, name)) as [
      number[],
      number[],
      number[],
    ];
    const synapses = [
      ['w', 'erev', 'state->state'],
      ['sensory_w', 'sensory_erev', 'input->state'],
    ].flatMap(([w, erev, relation]) => {
      const [weights, potentials] = [effective(net, w!), effective(net, erev!)];
      return Array.from(synapsesOf(net.connections, relation!).target, (target, k) => ({
        target,
        w: weights[k]!,
        erev: potentials[k]!,
      }));
    });
    for (const { unit, range, tau, theorem } of units) {
      const own = synapses.filter(({ target }) => target === unit);
      const leak = gleak[unit]! + 1e-8;
      const stated = [cm[unit]! / (leak + own.reduce((sum, { w }) => sum + w, 0)), cm[unit]! / leak] as const;
      const potentials = [vleak[unit]!, 0, ...own.map(({ erev }) => erev)];
      expect(tau.lo!).toBeGreaterThanOrEqual(stated[0] * (1 - rounding));
      expect(tau.hi!).toBeLessThanOrEqual(stated[1] * (1 + rounding));
      expect(theorem.tau.lo! / stated[0]).toBeCloseTo(1, 11);
      expect(theorem.tau.hi! / stated[1]).toBeCloseTo(1, 11);
      expect(range.lo!).toBeGreaterThanOrEqual(Math.min(...potentials) - rounding);
      expect(range.hi!).toBeLessThanOrEqual(Math.max(...potentials) + rounding);
      expect(theorem.range.lo!).toBeGreaterThanOrEqual(Math.min(...potentials) - rounding);
      expect(theorem.range.hi!).toBeLessThanOrEqual(Math.max(...potentials) + rounding);
    }
  }
});

const ends = [-1e6, 1e6, -1, 1, 0];
const odeCells = {
  ltc: cells.ltc(),
  'ltc of relu': cells.ltc({ activation: 'relu' }),
  synaptic: cells.synaptic(),
  liquid: cells.liquid(),
  ctrnn: cells.ctrnn(),
  'ltc behind a memory': mixed(cells.ltc()),
};

/** How far, in units of the last place of the box, the states of a run leave what is certified, a step. */
function excursion(
  net: Model,
  { units }: Certificate,
  sequences: { batch: number; steps: number; x: number[]; dt: number[]; initial: number[] },
): number {
  const { states } = program(net, { precision: 'float64' }).forward(sequences, { states: true });
  let most = 0;
  states!.forEach((x, k) => {
    const { range } = units[k % units.length]!;
    if (range.lo === null || range.hi === null) return;
    const ulp = 2 ** -52 * Math.max(Math.abs(range.lo), Math.abs(range.hi), Number.MIN_VALUE);
    const steps = net.unfolds * (1 + (Math.floor(k / units.length) % sequences.steps));
    const outside = Math.max(range.lo - x, x - range.hi);
    expect(outside).not.toBeNaN();
    most = Math.max(most, outside / ulp / steps);
  });
  return most;
}

test.for(Object.keys(odeCells) as (keyof typeof odeCells)[])(
  '%s: no input, however large, and no time between samples takes a state out of its box',
  (name) => {
    const cell = odeCells[name];
    const of = fc.record({
      seed: fc.nat(1000),
      units: fc.integer({ min: 1, max: 8 }),
      gain: fc.constantFrom(0.5, 1, 3, 10),
      solver: fc.constantFrom('semi-implicit' as const, 'exponential' as const, 'euler' as const, 'heun' as const),
      unfolds: fc.constantFrom(1, 2, 6),
      inputs: fc.constantFrom<Range[]>([-Infinity, Infinity], [-1, 1], [0, 0.5], [-3, 1e6]),
      constraints: fc.constantFrom('softplus' as const, 'clip' as const),
    });
    fc.assert(
      fc.property(of, ({ seed, units, gain, solver, inputs, ...rest }) => {
        const draw = random(seed);
        const options: ModelOptions = { cell, inputs: 2, units, seed, solver: solvers[solver], ...rest };
        const net = spread(model(options), rest.constraints === 'clip' ? 1 : gain);
        const certificate = certify(net, { inputs, initial: [-0.25, 0.5] });
        expect(certificate.holds).toBe(true);
        const { proven, largestStep } = certificate.solver;
        if (proven === 'flow only') {
          expect(name).toBe('ltc of relu');
          return;
        }
        const [batch, steps] = [4, 12];
        const pick = <T>(from: readonly T[]) => from[draw.integer(from.length)]!;
        const within = (x: number) => Math.min(inputs[1], Math.max(inputs[0], x));
        const most = largestStep === null ? 1e4 : largestStep * rest.unfolds;
        const between = (lo: number, hi: number) => lo + (hi - lo) * draw.uniform();
        const states = certificate.units.length;
        const outside = excursion(net, certificate, {
          batch,
          steps,
          x: Array.from({ length: batch * steps * 2 }, () =>
            within(draw.integer(2) === 0 ? pick(ends) : between(-3, 3)),
          ),
          dt: Array.from({ length: batch * steps }, () => pick([0, most, most * 10 ** between(-8, 0)])),
          initial: Array.from({ length: batch * states }, () => pick([-0.25, 0.5, between(-0.25, 0.5)])),
        });
        expect(outside).toBeLessThanOrEqual(4);
      }),
      { seed: 7, numRuns: 15 },
    );
  },
);

test('a bound is reached where the inputs can reach it', () => {
  const net = having(model({ cell: cells.ltc(), inputs: 1, units: 1, seed: 2 }), 'R', () => 0);
  const { units } = certify(net, { inputs: [-2, 3] });
  const settled = [-2, 3].map((u) => {
    const { outputs } = program(net, { precision: 'float64' }).forward({
      batch: 1,
      steps: 400,
      x: new Array(400).fill(u),
    });
    return outputs.at(-1)!;
  });
  const [least, most] = [Math.min(0, ...settled), Math.max(0, ...settled)];
  expect(units[0]!.range.lo!).toBeCloseTo(least, 10);
  expect(units[0]!.range.hi!).toBeCloseTo(most, 10);
});

test('smaller inputs never widen a bound', () => {
  const net = model({ cell: cells.synaptic(), inputs: 2, units: 6, seed: 4 });
  const ranges: readonly (Range | undefined)[] = [undefined, [-2, 2], [-0.5, 1], [0, 0.1]];
  const found = ranges.map((inputs) => certify(net, inputs ? { inputs } : {}).units);
  for (let k = 1; k < found.length; k++) {
    found[k]!.forEach(({ range, tau }, unit) => {
      const wider = found[k - 1]![unit]!;
      expect(range.lo!).toBeGreaterThanOrEqual(wider.range.lo! - rounding);
      expect(range.hi!).toBeLessThanOrEqual(wider.range.hi! + rounding);
      expect(tau.hi!).toBeLessThanOrEqual(wider.tau.hi! * (1 + rounding));
    });
  }
});

/** τ = 2 and f = tanh: the rate 1/τ + f is negative where f < −1/2. */
const tanh = (seed: number) =>
  having(model({ cell: cells.ltc({ activation: 'tanh' }), inputs: 2, units: 2, seed }), 'tau', () =>
    Math.log(Math.expm1(2)),
  );

test('tanh with τ = 2 has no certificate: the neuron, the term and a corner at which the state leaves are named', () => {
  const { holds, summary, units, violation } = certify(tanh(4));
  expect(holds).toBe(false);
  expect(summary).toBe('no certificate: the rate of x[0] can change sign, because f can be -1.000');
  expect(violation).toMatchObject({ state: 'x', unit: 0, term: 'f' });
  expect(violation!.strength).toBeLessThan(-0.99);
  expect(violation!.corner.inputs.every((u) => Math.abs(u) === 100)).toBe(true);
  expect(units[0]!.slope.hi!).toBeCloseTo(0.5, 12);
  expect(units[0]!.theorem).toEqual({ range: { lo: null, hi: null }, tau: { lo: null, hi: null } });
  const { between, leaves, largest } = violation!.witness;
  expect(leaves).toBeGreaterThan(0);
  expect(largest).toBeGreaterThan(10 * between!.hi);
});

test('the same network keeps a certificate where its inputs keep the rate positive', () => {
  const calm = having(tanh(4), 'R', (value) => value / 10);
  const { holds, units } = certify(calm, { inputs: [-0.1, 0.1] });
  expect(holds).toBe(true);
  for (const { slope } of units) expect(slope.hi!).toBeLessThan(0);
  expect(certify(calm).holds).toBe(false);
});

test('a witness of slowly growing bounds is a trajectory that grows', () => {
  const { violation } = certify(tanh(4), { inputs: [-0.01, 0.01] });
  expect(violation!.corner.inputs.every((u) => Math.abs(u) === 0.01)).toBe(true);
  expect(violation!.witness.largest).toBeGreaterThan(1e6);
});

test('without a leak there is no certificate, and with too much drive neither', () => {
  expect(certify(model({ cell: cells['neural-ode'](), inputs: 1, units: 2 })).summary).toBe(
    'no certificate: slope is 0: nothing pulls x[0] back',
  );
  const relu = model({ cell: cells.ctrnn({ activation: 'relu' }), inputs: 1, units: 2, seed: 4 });
  expect(certify(relu).summary).toMatch(
    /^no certificate: relu\(.*\), which drives x\[0\], outgrows what pulls it back$/,
  );
});

test('a leak of the wrong sign is named as the constant part of the rate', () => {
  const leaky = model({ cell: cells.ltc(), inputs: 1, units: 2, constraints: 'none' });
  expect(certify(leaky).holds).toBe(true);
  const { summary, violation } = certify(having(leaky, 'tau', () => -0.5));
  expect(summary).toBe('no certificate: the constant part of the rate of x[0] is -2.000, below 0');
  expect(violation!.witness.largest === null || violation!.witness.largest > 1e3).toBe(true);
});

test('a state that would be pushed away from where it stands still has no certificate', () => {
  const still = model({ cell: cells.ctrnn(), inputs: 1, units: 1, constraints: 'none' });
  const pushed = having(
    withParameters(
      still,
      still.parameters.map(() => 0),
    ),
    'tau',
    () => -1,
  );
  expect(certify(pushed).holds).toBe(false);
  expect(certify(having(pushed, 'tau', () => 1)).units[0]!.range.hi).toBeLessThan(1e-300);
});

test('a drive without limit is certified where its weights are small enough', () => {
  const net = having(
    model({ cell: cells.ctrnn({ activation: 'relu' }), inputs: 2, units: 4, seed: 4 }),
    'R',
    (w) => w / 5,
  );
  const { holds, units } = certify(net, { inputs: [-1, 1] });
  expect(holds).toBe(true);
  expect(units.some(({ range }) => range.hi! > 0.1)).toBe(true);
});

test('what is proven of a solver follows its text, also when it comes from a file', () => {
  const of = (solver: ModelOptions['solver'] & object, extra: Partial<ModelOptions> = {}) =>
    model({ cell: cells.ltc(), inputs: 1, units: 2, solver, ...extra });
  expect(certify(of(solvers.exponential)).solver).toEqual({
    name: 'exponential',
    proven: 'any step',
    largestStep: null,
  });
  expect(certify(of(solvers.rk4))).toMatchObject({ holds: true, solver: { proven: 'flow only' } });
  expect(certify(of(solvers.rk4)).summary).toBe(
    'certified for the differential equation; not proven for this solver, rk4',
  );
  expect(certify(of(dopri5())).solver.proven).toBe('flow only');
  const euler = certify(of(solvers.euler));
  const fastest = Math.max(...euler.units.map(({ slope }) => -slope.lo!));
  const { largestStep } = euler.solver;
  expect(euler.solver).toEqual({ name: 'euler', proven: 'small steps', largestStep });
  expect(largestStep!).toBeLessThan(1 / fastest);
  expect(largestStep! * fastest).toBeGreaterThan(1 - rounding);
  const still = of(solvers.euler, { cell: cells['neural-ode'](), constraints: 'none' });
  const stopped = withParameters(
    still,
    still.parameters.map(() => 0),
  );
  expect(certify(stopped).solver).toEqual({ name: 'euler', proven: 'any step', largestStep: null });
  const loaded = loadModel(saveModel(of({ ...solvers.heun, name: 'mine' }))).model as Model;
  expect(certify(loaded).solver).toMatchObject({ name: 'mine', proven: 'small steps' });
});

test('missing inputs, held or averaged, are inside what is assumed', () => {
  const held = certify(model({ cell: cells.ltc(), inputs: 1, units: 3, missing: 'hold', seed: 1 }), { inputs: [2, 3] });
  const plain = certify(model({ cell: cells.ltc(), inputs: 2, units: 3, seed: 1 }), {
    inputs: [
      [0, 3],
      [0, Infinity],
    ],
  });
  expect(held.units.map(({ range }) => range)).toEqual(plain.units.map(({ range }) => range));
  const averaged = certify(model({ cell: cells.ltc(), inputs: 1, units: 3, missing: { mean: [7] }, seed: 1 }), {
    inputs: [2, 3],
  });
  const wide = certify(model({ cell: cells.ltc(), inputs: 1, units: 3, seed: 1 }), { inputs: [2, 7] });
  expect(averaged.units).toEqual(wide.units);
});

test('outputs have bounds, those of a readout too', () => {
  const net = model({ cell: cells.ltc(), inputs: 1, units: 3, seed: 1, readout: { outputs: 2, when: 'every' } });
  const { outputs, units } = certify(net);
  const W = effective(
    { ...net, cell: { ...net.cell, params: { ...net.cell.params, readout_W: net.cell.params.W! } } },
    'readout_W',
  );
  outputs.forEach(({ lo, hi }, o) => {
    const reach = (upper: boolean) =>
      units.reduce(
        (sum, { range }, k) => sum + W[o * 3 + k]! * (W[o * 3 + k]! > 0 === upper ? range.hi! : range.lo!),
        0,
      );
    expect(hi!).toBeCloseTo(reach(true), 12);
    expect(lo!).toBeCloseTo(reach(false), 12);
  });
});

test('a certificate is plain data that a saved model carries', () => {
  const net = tanh(1);
  const certificate = certify(net);
  expect(JSON.parse(JSON.stringify(certificate))).toEqual(certificate);
  const { notes } = loadModel(saveModel(net, { certificate: JSON.stringify(certificate) }));
  expect(JSON.parse(notes.certificate!)).toEqual(certificate);
});

test('what makes no sense is refused with what was wanted', () => {
  const net = model({ cell: cells.ltc(), inputs: 2, units: 2 });
  const certified = (options: object) => () => certify(net, options);
  expect(certified({ inputs: [1, -1] })).toThrow(
    'certify: inputs is [1,-1], but must be two numbers in order, [lo, hi]',
  );
  expect(certified({ inputs: [[0, 1]] })).toThrow('certify: inputs has 1 ranges, but must have 2, or be one of all');
  expect(
    certified({
      inputs: [
        [0, 1],
        [Number.NaN, 1],
      ],
    }),
  ).toThrow('certify: inputs[1]');
  expect(certified({ initial: [Infinity, Infinity] })).toThrow('certify: initial');
  expect(certified({ input: [0, 1] })).toThrow('"input"');
  const several = stack({ layers: [net, model({ cell: cells.ltc(), inputs: 2, units: 2 })] });
  expect(() => certify(several as unknown as Model)).toThrow('networkBounds takes it');
  expect(() => certify(model({ cell: cells.gru(), inputs: 2, units: 2 }))).toThrow('certify: cell "gru" has no flow');
});
