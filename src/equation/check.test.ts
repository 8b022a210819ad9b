import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyEquation } from '../../test/random-trees.ts';
import { type Checked, check, type Definition } from './check.ts';
import { EquationError } from './error.ts';
import { functions } from './functions.ts';
import { parse } from './parse.ts';

type Params = Definition['params'];

const array = (...axes: string[]): Params[string] => ({ kind: 'parameter', axes, wired: false });
const wired = (...axes: string[]): Params[string] => ({ kind: 'parameter', axes, wired: true });
const known: Params = {
  a: array('state'),
  b: array('state'),
  scale: array(),
  tau: array('state'),
  o: array('motor'),
  table: { kind: 'constant', axes: ['slot'], wired: false },
  W: array('state', 'input'),
  R: array('state', 'state'),
  P: array('state', 'slot'),
  S: wired('input', 'state'),
  w: wired('state', 'state'),
  v: wired('state', 'state'),
};

/** Checks a text with the parameters above that it names, and others on demand. */
const checked = (text: string, more: Partial<Definition> = {}): Checked => {
  const used = Object.entries(known).filter(([name]) =>
    new RegExp(`\\b${name}\\b(?!')`).test(text.replaceAll(/#.*/g, '')),
  );
  const params = Object.fromEntries(used);
  const equation = parse(text, 'cell');
  return check({ name: 'cell', equation, states: { x: ['state'] }, axes: { slot: 8 }, params, ...more });
};

const problemOf = (text: string, more?: Partial<Definition>): { problem: string; marked: string | undefined } => {
  try {
    checked(text, more);
  } catch (error) {
    if (!(error instanceof EquationError)) throw error;
    return { problem: error.problem, marked: error.at && text.slice(error.at.start, error.at.end) };
  }
  throw new Error(`accepted: ${text}`);
};

const refused = (text: string, problem: string, marked?: string, more?: Partial<Definition>): void => {
  const found = problemOf(text, more);
  expect(found.problem).toContain(problem);
  expect(found.marked).toBe(marked);
};

test('E7 a fault is quoted with its line and its character', () => {
  expect(() => checked('\n    f = sigmoid(W @ u)\n    dx/dt = -(1/tua + f) * x + tau\n')).toThrow(
    [
      'cell: "tua" is neither a parameter, an input, a state nor an earlier line; did you mean "tau"?',
      '  dx/dt = -(1/tua + f) * x + tau',
      '              ^^^',
    ].join('\n'),
  );
});

test('E5 no name is one of the reserved ones', () => {
  for (const name of ['u', 't', 'dt', 'motor', 'exp', 'softmax']) {
    refused(`${name} = 1\ndx/dt = -x`, `"${name}" is`, name);
    refused('dx/dt = -x', 'give the parameter another name', undefined, { params: { [name]: array() } });
    refused('dx/dt = -x', 'give the state another name', undefined, { states: { x: ['state'], [name]: [] } });
  }
  refused('dx/dt = -x', '"y" is the output', undefined, { params: { y: array() } });
  refused('dx/dt = exp * x', '"exp" is a function and stands with brackets: exp(…)', 'exp');
});

test('E8 entrywise work wants equal axes, or a number', () => {
  expect(checked('f = a * 2 - max(b, scale)\ndx/dt = f').axes.f).toEqual(['state']);
  const both = 'b has axes (state), u has axes (input)';
  refused('dx/dt = a - (b + u)', `"+" wants equal axes or a number: ${both}`, 'b + u');
  refused('dx/dt = a + min(W @ u, W)', '"min" wants equal axes', 'min(W @ u, W)');
  refused('dx/dt = P', '"x" has axes (state), the right side has (state, slot)', 'P');
  expect(checked('dx/dt = 1').flow).toHaveLength(1);
});

test('E9 @ contracts the last axis with the first', () => {
  const { axes } = checked('f = W @ u\ng = R @ P @ table\nh = u @ -u\ndx/dt = f + g + h');
  expect([axes.f, axes.g, axes.h]).toEqual([['state'], ['state'], []]);
  refused('dx/dt = W @ x', 'W has axes (state, input), x has axes (state)', 'W @ x');
  refused('dx/dt = 2 @ x', '2 has no axes', '2 @ x');
});

test('E10 in an indexed line every array carries its indices', () => {
  const states = { x: ['state', 'slot'] };
  const { axes, indices, flow } = checked('s[j, m] = a[j] * table[m] * scale\ndx[i, k]/dt = s[i, k]\ny = a', {
    states,
  });
  expect(axes.s).toEqual(['state', 'slot']);
  expect(Object.fromEntries(indices.get(flow[0]!)!)).toEqual({ i: 'state', k: 'slot' });
  refused('dx[j]/dt = a[j] * b', 'in an indexed line it is written b[…]', 'b');
  refused('dx[j]/dt = scale[j]', '"scale" has no axes, so it wants no indices; it has 1', 'scale[j]');
  refused('dx[j]/dt = R[j]', 'wants 2 indices; it has 1', 'R[j]');
  refused('dx[j, m]/dt = 1', '"x" has axes (state), so it wants 1 indices', 'dx[j, m]/dt');
  refused('dx[j]/dt = a[j] @ b[j]', '"@" is for lines without indices', 'a[j] @ b[j]');
  refused('dx[j]/dt = a[j] + motor(x[j])', '"motor" is for lines without indices', 'motor(x[j])');
  refused('dx/dt = a[j]', 'the left side of this line has no indices', 'a[j]');
  refused('dx/dt = sum[j](a[j])', 'the left side of this line has no indices', 'sum[j](a[j])');
});

test('E11 an index is on the left side or bound, once', () => {
  refused('dx[j]/dt = a[i]', 'the index "i" is neither on the left side nor bound', 'a[i]');
  refused('dx[j]/dt = sum[i](a[i]) + b[i] + a[j]', 'the index "i" is neither', 'b[i]');
  refused('dx[j]/dt = sum[j](a[j])', 'the index "j" of sum is in use already', 'sum[j](a[j])');
  refused('dx[j]/dt = sum[i](max[i](a[i]) * b[i])', 'the index "i" of max is in use already', 'max[i](a[i])');
  refused('dx[j]/dt = R[j, j]', 'the index "j" stands twice at "R"', 'R[j, j]');
  refused('f[j, j] = R[j, j]\ndx/dt = 1', 'the index "j" stands twice', 'f[j, j]');
  refused('f[j, m] = a[j]\ndx/dt = 1', 'the index "m" is not used on the right side', 'f[j, m]');
  expect(checked('dx[j]/dt = 1').flow).toHaveLength(1);
});

test('E12 an index means one axis, save that motor neurons are neurons', () => {
  refused('dx[j]/dt = a[j] + W[j, j]', 'stands twice', 'W[j, j]');
  refused(
    'dx[j]/dt = sum[i](R[i, j]) + sum[i](W[j, i])',
    'over state elsewhere in the line and over input here',
    'W[j, i]',
  );
  const { axes } = checked('dx/dt = -x\ny[j] = o[j] * x[j] + a[j]');
  expect(axes.y).toEqual(['motor']);
  refused('dx[j]/dt = o[j] * a[j]', '"x" has axes (state), but "j" runs over motor here', 'dx[j]/dt');
});

test('E13 an index has a name of its own', () => {
  refused('dx[a]/dt = b[a]', 'the index "a" has the name of a parameter', 'dx[a]/dt', {
    params: { a: known.a!, b: known.b! },
  });
  refused('dx[j]/dt = sum[x](R[x, j])', 'the index "x" has the name of a state', 'sum[x](R[x, j])');
  refused('f = a\ndx[f]/dt = b[f]', 'the index "f" has the name of a line', 'dx[f]/dt');
  refused('dx[exp]/dt = b[exp]', 'the index "exp" has the name of a function', 'dx[exp]/dt');
});

test('E14 sum and max remove their index, softmax keeps it', () => {
  const text = 'r[j, m] = softmax[m](P[j, m])\nq[j] = sum[m](r[j, m]) + max[k](table[k])\ndx/dt = q';
  expect(checked(text).axes).toMatchObject({ r: ['state', 'slot'], q: ['state'] });
  expect(checked('q[j] = sum[m](P[j, m] * softmax[m](P[j, m]))\ndx/dt = q').axes.q).toEqual(['state']);
  refused('dx[j]/dt = softmax[m](P[j, m])', 'softmax[m] keeps its index', 'softmax[m](P[j, m])');
  for (const reduce of ['sum', 'max']) {
    refused(`dx[j]/dt = ${reduce}[i](a[j])`, `nothing in ${reduce}[i](a[j]) has the index "i"`, `${reduce}[i](a[j])`);
  }
  refused('f[j] = softmax[j](scale) * a[j]\ndx/dt = f', 'nothing in softmax[j](scale)', 'softmax[j](scale)');
});

test('E15 a line is defined above its uses', () => {
  refused('dx/dt = f\nf = a', '"f" is used above the line that defines it', 'f');
  refused('f = f + a\ndx/dt = f', '"f" is defined by itself', 'f');
  refused('f = g\ng = h + a\nh = 2 * f\ndx/dt = f', 'a cycle: f uses g uses h uses f', 'g');
});

test('E16 every state has one flow at most, and something', () => {
  const states = { x: ['state'], c: ['state'] };
  refused('dx/dt = -x', 'the state "c"[state] has no dynamics', undefined, { states });
  refused('dx/dt = -x\ndx/dt = a', '"x" has a flow already', 'dx/dt');
  refused("x' = -x\nx' = a", '"x" has a jump already', "x'");
  refused("x' = -x\nx' = a\ndx/dt = b", '"x" has a jump above the flow already', "x'");
  refused("dx/dt = b\nx' = -x\nx' = a", '"x" has a jump below the flow already', "x'");
  refused('da/dt = a\ndx/dt = 1', '"a" is a parameter, not a state', 'da/dt');
  refused('dz/dt = 1', '"z" is not a state', 'dz/dt');
  const { before, flow, after } = checked("x' = -x\ndx/dt = a\nx' = b\nc' = x'", { states });
  expect([before, flow, after].map((lines) => lines.length)).toEqual([1, 1, 2]);
});

test("E17 x' is read below its jump, and no jump stands between flows", () => {
  const states = { x: ['state'], c: ['state'] };
  const lstm = checked("f = R @ x\nc' = sigmoid(f) * c\nx' = tanh(c') + f", { states });
  expect(lstm.before.map(({ left }) => left.name)).toEqual(['c', 'x']);
  refused("x' = c'\nc' = -c", "c' is read before the line c' = … that makes it", "c'", { states });
  refused("x' = -x'", "x' is read before", "x'");
  refused("dx/dt = a'", '"a" is not a state', "a'");
  refused("dx/dt = -x\nc' = x\ndc/dt = -c", 'above all flows or below them all', "c'", { states });
});

test('E18 there is no dt in a flow, t everywhere', () => {
  refused('dx/dt = a * dt', 'in a flow there is no dt', 'dt');
  refused('f = dt * a\ng = 2 * f\ndx/dt = g', '"g" uses dt', 'g');
  expect(checked("g = exp(-dt)\nx' = x * g\ny = motor(x) * g")).toMatchObject({ usesTime: false });
  expect(checked('dx/dt = sin(t) * a')).toMatchObject({ usesTime: true });
});

test('E19 a wired array leads from the axis it is summed over to the other', () => {
  const whole = { params: { W: wired('state', 'input'), R: wired('state', 'state') } };
  expect(checked('dx/dt = W @ u - x @ R', whole).sources).toEqual({ W: 1, R: 0 });
  expect(checked('f[j] = sum[k](S[k, j] * u[k])\ndx[j]/dt = f[j] + sum[i](w[i, j] * x[i])').sources).toEqual({
    S: 0,
    w: 0,
  });
  expect(checked('g[i, j] = v[i, j] * (x[i] - a[j])\ndx[q]/dt = sum[p](w[p, q] * g[p, q])').sources).toEqual({
    v: 0,
    w: 0,
  });
  const twice = '"w" is wired and summed over its first axis in one place, over its last in another';
  refused('dx[j]/dt = sum[i](w[i, j] * x[i]) + sum[i](w[j, i] * x[i])', twice, 'sum[i](w[j, i] * x[i])');
  refused('dx/dt = w @ x + x @ w', twice, 'x @ w');
  refused('f[i, j] = w[j, i]\ndx[j]/dt = sum[i](f[i, j] * w[i, j])', twice, 'sum[i](f[i, j] * w[i, j])');
  refused('dx[j]/dt = max[i](w[i, j])', '"w" is wired: it is used in sums only, not in max', 'max[i](w[i, j])');
  refused('dx[j, k]/dt = w[j, k]', '"w" is wired: it is used in sums only', 'w[j, k]', {
    states: { x: ['state', 'state'] },
  });
  refused('dx/dt = -x\ny = motor(w) @ x', '"w" is wired: it is used in sums only', 'motor(w)');
  refused(
    'dx/dt = -x\ny[j] = sum[i](w[i, j] * x[i] * o[i]) * x[j]',
    '"w" is wired over state, but "i" runs over motor',
    'w[i, j]',
  );
  refused('dx/dt = a', '"a" is wired, so it wants two axes', undefined, { params: { a: wired('state') } });
});

test('E20 each term of a sum over synapses has a wired factor of one kind', () => {
  for (const body of ['w[i, j] * x[i] / 2', '-(x[i] * (v[i, j] - w[i, j]))', 'w[i, j] * tanh(v[i, j] * x[i])']) {
    expect(checked(`dx[j]/dt = sum[i](${body})`).sources.w ?? 0).toBe(0);
  }
  for (const body of [
    'w[i, j] * x[i] + a[i]',
    'sigmoid(w[i, j])',
    'x[i] / w[i, j]',
    'w[i, j]^0',
    '(w[i, j] - x[j]) * a[i]',
  ]) {
    refused(`dx[j]/dt = sum[i](${body})`, 'so each term of this sum wants a wired factor', `sum[i](${body})`);
  }
  refused('dx/dt = tanh(w) @ x', 'tanh(w) has none', 'tanh(w) @ x');
  refused('dx/dt = w @ v @ x', 'both sides of "@" are wired', 'w @ v');
  const body = 'sum[i](sum[k](w[i, j] * v[i, k] * x[k]))';
  const sum = problemOf(`dx[j]/dt = sum[k](sum[i](w[i, j] * v[i, k]) * a[k])`);
  expect(sum.problem).toContain('"w" and "v" lead to different targets');
  expect(checked(`dx[j]/dt = ${body}`).sources).toEqual({ v: 1, w: 0 });
  const inside = 'sum[m](tanh(w[i, j] * table[m]))';
  const factor = '"w" is wired: in a sum over "m" it may only be a factor that does not have this index';
  refused(`dx[j]/dt = sum[i](w[i, j] * ${inside} * x[i])`, factor, inside);
  const greatest = 'max[m](w[i, j] * table[m])';
  refused(
    `dx[j]/dt = sum[i](w[i, j] * ${greatest} * x[i])`,
    '"w" is wired: it is used in sums only, not in max',
    greatest,
  );
});

test('E21 motor takes what lies over state, and y has one axis', () => {
  expect(checked('dx/dt = -x').axes.y).toEqual(['motor']);
  expect(checked('dx/dt = -x\ny = motor(tanh(a * x)) * o').output.left.name).toBe('y');
  expect(checked('dx/dt = -x\ny = motor(P) @ table').axes.y).toEqual(['motor']);
  refused('dx/dt = -x\ny = motor(u)', 'motor wants a value whose first axis is state', 'motor(u)');
  refused('dx/dt = -x\ny = motor(scale)', 'scale has no axes', 'motor(scale)');
  refused('dx/dt = -x\ny = motor(x, x)', 'motor wants one argument, not 2', 'motor(x, x)');
  refused('dx/dt = -x\ny = scale', 'the output y wants one axis, it has none', 'y');
  refused('dx/dt = -x', 'the output y wants one axis, it has motor, slot', undefined, {
    states: { x: ['state', 'slot'] },
  });
  refused('dh/dt = -h', 'its default motor(x) wants a state "x" over state', undefined, { states: { h: ['state'] } });
});

test('E22 names are known, used, and mean one thing', () => {
  refused('dx/dt = constructor', '"constructor" is neither a parameter', 'constructor');
  refused('dx/dt = toString(x)', '"toString" is not a function', 'toString(x)');
  refused('dx/dt = -x', 'the parameter "a" is not used', undefined, { params: { a: known.a! } });
  refused('dx/dt = -x', 'the constant "table" is not used', undefined, { params: { table: known.table! } });
  refused('f = a\ndx/dt = -x', 'the line "f" is not used', 'f');
  refused('a = x\ndx/dt = -x', '"a" is a parameter already', 'a', { params: { a: known.a! } });
  refused('f = a\nf = b\ndx/dt = f', '"f" is defined already', 'f');
  refused('x = a\ndx/dt = -x', '"x" is a state: write dx/dt', 'x');
  refused('dx/dt = -x', 'as a state and as a parameter', undefined, { params: { x: array() } });
  refused('dx/dt = P', 'has the axis "solt", which is not', undefined, { params: { P: array('state', 'solt') } });
  refused('dx/dt = -x', '"state" is sized by the wiring', undefined, { axes: { state: 3 } });
});

test('E23 a function takes its arguments, and a slip is answered with the nearest name', () => {
  for (const [name, { arity }] of Object.entries(functions)) {
    const list = name === 'dropout' ? 'a, 0.5' : Array.from({ length: arity }, () => 'a').join(', ');
    expect(checked(`dx/dt = ${name}(${list})`).flow).toHaveLength(1);
    refused(
      `dx/dt = ${name}(${list}, a)`,
      `${name} wants ${arity === 1 ? 'one argument' : 'two arguments'}`,
      `${name}(${list}, a)`,
    );
  }
  refused('dx/dt = sigmiod(x)', '"sigmiod" is not a function; did you mean "sigmoid"?', 'sigmiod(x)');
  refused('dx/dt = a(x)', '"a" is not a function; a product is written a * (…)', 'a(x)');
  refused('dx/dt = sum(x)', 'sum wants an index: sum[i](…)', 'sum(x)');
  refused('dx/dt = quaternion(x)', '"quaternion" is not a function', 'quaternion(x)');
});

test('E7 whatever the equation, its check ends in an answer or an EquationError', () => {
  const property = fc.property(anyEquation, fc.constantFrom([], ['state'], ['state', 'state']), (equation, axes) => {
    const params = { a: array(...axes), b: wired('state', 'state'), W_in: wired('state', 'input'), tau: array() };
    try {
      check({ name: 'cell', equation, states: { x: ['state'], x0: axes }, axes: {}, params });
    } catch (error) {
      if (!(error instanceof EquationError)) throw error;
    }
  });
  fc.assert(property, { seed: 5, numRuns: 2000 });
});

test('E27 dropout wants its rate as a number from 0 to below 1', () => {
  expect(checked('dx/dt = dropout(a, 0.2)').flow).toHaveLength(1);
  refused('dx/dt = dropout(a, 1)', 'dropout wants a rate as its second argument, a number from 0 to below 1', '1');
  refused('dx/dt = dropout(a, a)', 'dropout wants a rate as its second argument', 'a', undefined);
});

test('E28 seen has an entry per input, is reserved, and the check says who reads it', () => {
  expect(checked('dx/dt = -x + W @ (u * seen)').usesSeen).toBe(true);
  expect(checked('dx/dt = -x + W @ u').usesSeen).toBe(false);
  refused('seen = a\ndx/dt = -x * seen', '"seen" is which inputs were seen: give the line another name', 'seen');
});
