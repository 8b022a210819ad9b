/** A standard deviation, σ_w^(2·variance) · k^width: powers of the printed σ_w² and of the width. The printed σ_b² is 1. */
export interface Spread {
  readonly variance: number;
  readonly width: number;
}

/** One way to read the published experiment, where its code, its text and its figures say different things. */
export interface Reading {
  readonly title: string;
  /** Of forward and recurrent weights, drawn from N(0, ·). */
  readonly weights: Spread;
  /** Of A, drawn from N(0, ·) for each neuron and each of its two terms; a sum of k numbers of N(0, σ) is a number of N(0, σ·√k). */
  readonly A: Spread;
  /** Of the normal distribution that τ is the size of a draw from. */
  readonly tau: Spread;
  /** What "Hard-tanh" does: the published function tests a whole vector and so leaves it as it is. */
  readonly hardTanh: 'identity' | 'clip';
}

const [ONE, PRINTED, FAN_IN] = [
  { variance: 0, width: 0 },
  { variance: 1, width: 0 },
  { variance: 0.5, width: -0.5 },
];

/** The published code with the time constants that fit every printed value. */
const code: Reading = {
  title:
    'as coded: the printed σ_w² is a standard deviation, A is a sum over the width, "Hard-tanh" the identity, τ of N(0, σ_w²)',
  weights: PRINTED,
  A: { variance: 1, width: 0.5 },
  tau: PRINTED,
  hardTanh: 'identity',
};

/**
 * Every reading by name. Common to all, because the text is silent or agrees: biases of N(0, 1); the recurrent term in the LTC only,
 * with an A of its own; sizes |f| and |r| in the LTC's decay, for a signed f lets the equation of the text grow without bound; the
 * first layer's weights spread like the others'. The text's A is a vector in its equation 1 and a matrix in its supplement: it is
 * read as a vector, one number per neuron; summed over the width like the code's it would be √k times as large.
 */
export const readings = {
  code,
  text: {
    title:
      'as written: weights and A of variance σ_w²/k, one A per neuron and term, Hard-tanh clips, τ a folded normal of σ_b',
    weights: FAN_IN,
    A: FAN_IN,
    tau: ONE,
    hardTanh: 'clip',
  },
  'one-A': { ...code, title: 'as coded, but with one A per neuron and term, of the weights’ distribution', A: PRINTED },
  'true-hard-tanh': { ...code, title: 'as coded, but Hard-tanh clips to [−1, 1]', hardTanh: 'clip' },
  'committed-tau': { ...code, title: 'as coded, with τ of N(0, σ_b) as in the committed file', tau: ONE },
} satisfies Record<string, Reading>;

/** The name of a reading. */
export type ReadingName = keyof typeof readings;
