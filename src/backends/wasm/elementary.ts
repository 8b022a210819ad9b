import type { Lanes, Term } from './lanes.ts';

type Unary = (l: Lanes, x: Term) => Term;

// e^r = (a + r) / (a − r) with a(r²) = r·coth(r/2), and 2^g likewise; Remez on |r| ≤ ln2/2.
const baseE = {
  float32: [2.000000003581513, 0.1666661304822055, -0.0027658811985812417],
  float64: [
    2, 0.16666666666666574, -0.002777777777687698, 0.00006613756294190101, -0.0000016533878911462721,
    4.137414982714627e-8,
  ],
};
const baseTwo = {
  float32: [2.885390099813008, 0.11552395347486172, -0.0009204537920828499],
  float64: [
    2.8853900817779343, 0.11552453009243278, -0.0009250684541254743, 1.0581951616534163e-5, -1.2609546575627002e-7,
  ],
};
// fdlibm: (log((1+s)/(1−s)) − 2s)/s³, (sin r − r)/r³, (cos r − 1 + r²/2)/r⁴, all in the square.
const logSeries = {
  float32: [0.66666662693, 0.40000972152, 0.28498786688, 0.24279078841],
  float64: [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586,
  ],
};
const sinSeries = {
  float32: [-0.16666666641626524, 0.008333329385889463, -0.00019839334836096632, 0.000002718311493989822],
  float64: [
    -0.16666666666666632, 0.00833333333332249, -0.0001984126982985795, 0.0000027557313707070068, -2.5050760253406863e-8,
    1.58969099521155e-10,
  ],
};
const cosSeries = {
  float32: [-0.499999997251031, 0.04166662332373906, -0.001388676377460993, 0.00002439044878627741],
  float64: [
    -0.5, 0.0416666666666666, -0.001388888888887411, 0.00002480158728947673, -2.7557314351390663e-7,
    2.087572321298175e-9, -1.1359647557788195e-11,
  ],
};
// erfc(u)·e^(u²) in t = (u − c)/(u + c), c as given; Remez weighted by e^(−u²).
const erfcCentre = { float32: 2, float64: 3 };
const erfcSeries = {
  float32: [
    0.25539579741761953, -0.4271759454422721, 0.24178269190736523, -0.0783220984676555, 0.005546780531497869,
    0.009823516901072455, 0.0016001945317890974,
  ],
  float64: [
    0.1790011511814215, -0.3262335600423207, 0.24560380169972143, -0.15011593707433185, 0.0716658288351421,
    -0.02439256874939994, 0.004268757513641342, 0.0007062975332029984, -0.00060107937656986, 0.00003705158203079649,
    0.00005169779772358231, -0.00002640283017392875, -0.0000183432527410344, -0.0000028545089295672364,
    3.1757607452548914e-7, 1.0606433574560889e-7,
  ],
};
// erf(u)/u in u², Remez on u ≤ 1.
const erfSeries = {
  float32: [
    1.1283791657265634, -0.37612625823594575, 0.11283585143740539, -0.026853811788425958, 0.005188327476858495,
    -0.0008010192234231319, 7.853857905584514e-5,
  ],
  float64: [
    1.1283791670955126, -0.3761263890318352, 0.11283791670944184, -0.026866170643111392, 0.005223977606117985,
    -0.0008548325929295723, 0.00012055293576452452, -1.4924712295175016e-5, 1.6447131505017825e-6,
    -1.620631336648433e-7, 1.3710979123094308e-8, -7.779466776387987e-10,
  ],
};
const ln2High = { float32: 0.693359375, float64: 0.6931471803691238 };
const ln2Low = { float32: -0.00021219444005469057, float64: 1.9082149292705877e-10 };
const halfPi = {
  float32: [1.5703125, 0.0004837512969970703, 7.549789954891882e-8],
  float64: [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21],
};

const of = <T>(l: Lanes, table: { readonly float32: T; readonly float64: T }): T =>
  l.single ? table.float32 : table.float64;

/** 2^n for integers n held as reals in (−bias, bias + 1); 0 at −bias, infinite at bias + 1. */
const powerOfTwo = (l: Lanes, n: Term) => l.shiftLeft(l.add(n, l.constant(l.magic + l.bias)), l.mantissa);

/**
 * x·scale = n + g with |g| ≤ 1/2: `power` is 2^(n + offset), and 2^g = (a + g)/(a − g). x·scale is kept within the
 * bounds given, which the exponent needs, beyond which the result no longer changes.
 */
function splitBaseTwo(
  l: Lanes,
  x: Term,
  scale: number,
  { low, high, offset = 0 }: { readonly low?: number; readonly high?: number; readonly offset?: number },
) {
  const shift = l.constant(l.magic + l.bias + offset);
  const bounded = (y: Term, unit: number) => {
    const [most, least] = unit < 0 ? [low, high] : [high, low];
    const above = least === undefined ? y : l.max(y, l.constant(least / unit));
    return l.hold(most === undefined ? above : l.min(above, l.constant(most / unit)));
  };
  const factor = l.constant(scale);
  const y = l.fma ? bounded(x, scale) : bounded(l.mul(x, factor), 1);
  const t = l.hold(l.fma ? l.madd(y, factor, shift) : l.add(y, shift));
  const back = l.sub(shift, t);
  const g = l.hold(l.fma ? l.madd(y, factor, back) : l.add(y, back));
  const a = l.hold(l.polynomial(l.hold(l.mul(g, g)), of(l, baseTwo)));
  return { a, g, power: l.shiftLeft(t, l.mantissa) };
}

/** x = n·ln2 + r to full precision: e^r = (a + r)/(a − r). */
function splitBaseE(l: Lanes, x: Term) {
  const magic = l.constant(l.magic);
  const n = l.hold(l.sub(l.madd(x, l.constant(Math.LOG2E), magic), magic));
  const high = l.nmadd(n, l.constant(of(l, ln2High)), x);
  const r = l.hold(l.nmadd(n, l.constant(of(l, ln2Low)), high));
  const a = l.hold(l.polynomial(l.hold(l.mul(r, r)), of(l, baseE)));
  return { n, r, a };
}

/** (a + r)/(a − r) as 1 + 2r/(a − r), which rounds once. */
const exponential = (l: Lanes, a: Term, r: Term) => l.add(l.constant(1), l.div(l.add(r, r), l.sub(a, r)));

const exp: Unary = (l, x) => {
  const [low, high] = l.single ? [-105, 89.5] : [-746, 710];
  const { n, r, a } = splitBaseE(l, l.hold(l.min(l.max(x, l.constant(low)), l.constant(high))));
  const half = l.hold(l.nearest(l.mul(n, l.constant(0.5))));
  return l.mul(l.mul(exponential(l, a, r), powerOfTwo(l, half)), powerOfTwo(l, l.sub(n, half)));
};

/** u/(u + v) with e^(−x) = v/u. */
const sigmoid: Unary = (l, x) => {
  const { a, g, power } = splitBaseTwo(l, x, -Math.LOG2E, { low: -l.bias, high: l.bias + 1 });
  const u = l.hold(l.sub(a, g));
  return l.div(u, l.madd(power, l.add(a, g), u));
};

/** v/(v + a − g) with 2v = (2^n − 1)(a + g) + 2g and |x|·2/ln2 = n + g: precise near 0, and near 1 only the sum rounds. */
const tanh: Unary = (l, x) => {
  const high = l.single ? 30 : 60;
  const { a, g, power } = splitBaseTwo(l, l.abs(x), 2 * Math.LOG2E, { high, offset: -1 });
  const v = l.hold(l.madd(l.sub(power, l.constant(0.5)), l.add(a, g), g));
  return l.or(l.div(v, l.add(v, l.sub(a, g))), l.and(x, l.constant(-0)));
};

/** log(1 + y) + k·ln2 for y in [√½ − 1, √2 − 1], after fdlibm. */
function logOnePlus(l: Lanes, y: Term, high?: Term, low?: Term): Term {
  const half = l.hold(l.mul(l.mul(y, y), l.constant(0.5)));
  const s = l.hold(l.div(y, l.add(y, l.constant(2))));
  const z = l.hold(l.mul(s, s));
  const inner = l.madd(z, l.polynomial(z, of(l, logSeries)), half);
  const rest = low ? l.madd(s, inner, low) : l.mul(s, inner);
  const small = l.sub(l.sub(half, rest), y);
  return high ? l.sub(high, small) : l.neg(small);
}

const log: Unary = (l, x) => {
  const [lift, tiny, root, one] = l.single
    ? [25, 2 ** -126, 0x3f3504f3n, 0x3f800000n]
    : [54, 2 ** -1022, 0x3fe6a09e667f3bcdn, 0x3ff0000000000000n];
  const subnormal = l.hold(l.lessThan(x, l.constant(tiny)));
  const lifted = l.select(subnormal, l.mul(x, l.constant(2 ** lift)), x);
  const bits = l.hold(l.integerAdd(lifted, l.integer(one - root)));
  const fraction = l.integer((1n << BigInt(l.mantissa)) - 1n);
  const y = l.hold(l.sub(l.integerAdd(l.and(bits, fraction), l.integer(root)), l.constant(1)));
  const biased = l.or(l.shiftRight(bits, l.mantissa), l.constant(l.magic));
  const k = l.sub(l.sub(biased, l.constant(l.magic + l.bias)), l.and(subnormal, l.constant(lift)));
  const exponent = l.hold(k);
  const high = l.mul(exponent, l.constant(of(l, ln2High)));
  const ordinary = l.hold(logOnePlus(l, y, high, l.mul(exponent, l.constant(of(l, ln2Low)))));
  const zero = l.constant(0);
  const special = l.select(l.equal(x, zero), l.constant(-Infinity), l.sqrt(x));
  return l.select(l.and(l.lessThan(zero, x), l.lessThan(x, l.constant(Infinity))), ordinary, special);
};

/** max(x, 0) + log(1 + e^−|x|). */
const softplus: Unary = (l, x) => {
  const lowest = l.constant(l.single ? -88.1 : -709.4);
  const { n, r, a } = splitBaseE(l, l.hold(l.max(l.neg(l.abs(x)), lowest)));
  const e = l.hold(l.mul(exponential(l, a, r), powerOfTwo(l, n)));
  const large = l.hold(l.lessThan(l.constant(Math.SQRT2 - 1), e));
  const halved = l.mul(l.sub(e, l.constant(1)), l.constant(0.5));
  const y = l.hold(l.select(large, halved, e));
  return l.add(l.max(x, l.constant(0)), l.add(logOnePlus(l, y), l.and(large, l.constant(Math.LN2))));
};

// phi and its derivative scale numerator and denominator by 2^−24, since e^z may overflow where they do not.
const scaleBits = 24;
const scale = 2 ** -scaleBits;

function splitScaled(l: Lanes, z: Term) {
  const [low, high] = l.single ? [-71.3, 98] : [-692.4, 719];
  const below = l.hold(l.min(z, l.constant(high)));
  const { n, r, a } = splitBaseE(l, l.hold(l.max(below, l.constant(low))));
  const power = l.hold(powerOfTwo(l, l.sub(n, l.constant(scaleBits))));
  return { below, scaled: l.hold(l.mul(below, l.constant(scale))), r, a, power };
}

/** ((s − 1)(a − r) + 2·s·r) / (z·(a − r)), s a power of two: no cancellation where s = 1. */
const phi: Unary = (l, z) => {
  const tiny = l.constant(2 ** -60);
  const apart = l.hold(l.select(l.lessThan(l.abs(z), tiny), tiny, z));
  const { scaled, r, a, power } = splitScaled(l, apart);
  const u = l.hold(l.sub(a, r));
  return l.div(l.madd(l.sub(power, l.constant(scale)), u, l.mul(power, l.add(r, r))), l.mul(scaled, u));
};

/** (e^z·(z − 1) + 1)/z², and near 0 the series Σ (k+1)·z^k/(k+2)!. */
const dphi: Unary = (l, z) => {
  const [reach, terms] = l.single ? [0.5, 7] : [0.25, 10];
  const { below, scaled, r, a, power } = splitScaled(l, z);
  const u = l.hold(l.sub(a, r));
  const beside = l.sub(l.max(below, l.constant(-(2 ** 60))), l.constant(1));
  const above = l.madd(l.mul(power, l.add(a, r)), beside, l.mul(u, l.constant(scale)));
  const direct = l.div(above, l.mul(l.mul(below, scaled), u));
  let factorial = 1;
  const series = Array.from({ length: terms }, (_, k) => {
    factorial *= k + 2;
    return (k + 1) / factorial;
  });
  return l.select(l.lessThan(l.abs(z), l.constant(reach)), l.polynomial(z, series), direct);
};

/** sin(x + quarters·π/2), by reduction to |r| ≤ π/4 in three parts of π/2. */
const sine =
  (quarters: bigint): Unary =>
  (l, x) => {
    const magic = l.constant(l.magic);
    const t = l.hold(l.madd(x, l.constant(2 / Math.PI), magic));
    const n = l.hold(l.sub(t, magic));
    const [first, second, third] = of(l, halfPi).map(l.constant) as [Term, Term, Term];
    const rest = l.nmadd(n, third, l.nmadd(n, second, l.nmadd(n, first, x)));
    const r = l.hold(l.min(l.max(rest, l.constant(-0.79)), l.constant(0.79)));
    const z = l.hold(l.mul(r, r));
    const sin = l.hold(l.madd(l.mul(z, r), l.polynomial(z, of(l, sinSeries)), r));
    const cos = l.hold(l.polynomial(z, [1, ...of(l, cosSeries)]));
    const quarter = l.hold(l.integerAdd(t, l.integer(quarters)));
    const odd = l.integerEqual(l.and(quarter, l.integer(1n)), l.integer(1n));
    const sign = l.shiftLeft(l.and(quarter, l.integer(2n)), l.single ? 30 : 62);
    return l.xor(l.select(odd, cos, sin), sign);
  };

/** sign(x)·(1 − erfc|x|), and near 0 a series that keeps relative precision. */
const erf: Unary = (l, x) => {
  const u = l.hold(l.min(l.abs(x), l.constant(l.single ? 4 : 6)));
  const square = l.hold(l.mul(u, u));
  const centre = l.constant(of(l, erfcCentre));
  const t = l.hold(l.div(l.sub(u, centre), l.add(u, centre)));
  const { a, g, power } = splitBaseTwo(l, square, -Math.LOG2E, {});
  const gauss = l.div(l.mul(power, l.add(a, g)), l.sub(a, g));
  const far = l.nmadd(l.polynomial(t, of(l, erfcSeries)), gauss, l.constant(1));
  const near = l.mul(u, l.polynomial(square, of(l, erfSeries)));
  return l.or(l.and(x, l.constant(-0)), l.select(l.lessThan(u, l.constant(1)), near, far));
};

/**
 * Every elementary function as a term of its argument, which it may push several times: hold it first. `phi` is (e^z − 1)/z and `dphi`
 * its derivative. Bounds: exp, log, softplus ≤ 2 ulp; sigmoid, tanh ≤ one epsilon absolute, within [0, 1] and [−1, 1]; phi ≤ 4 ulp;
 * sin, cos ≤ 2 epsilon for |x| ≤ 1e4; erf ≤ 2 epsilon. Subnormal results may be 0.
 */
export const elementary = { exp, log, softplus, sigmoid, tanh, phi, dphi, sin: sine(0n), cos: sine(1n), erf };
