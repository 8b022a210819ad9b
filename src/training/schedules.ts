/** Factor of the learning rate at `step` (0 … total − 1) of `total` optimizer steps. */
export type Schedule = (step: number, total: number) => number;

/** The learning rate stays as it is. */
export const constant = (): Schedule => () => 1;

/** The learning rate falls by the same factor at every step, to `final` of it at the end. */
export const exponential = ({ final = 0.01 }: { readonly final?: number } = {}): Schedule => {
  if (!(final > 0 && final <= 1)) throw new Error(`exponential: final is ${final}; wanted above 0, at most 1`);
  return (step, total) => final ** (step / total);
};

/**
 * The learning rate rises in a line over the first `warmup` (a share of all steps), then falls to `final` of it along
 * half a cosine (Loshchilov and Hutter 2017, without restarts).
 */
export const cosine = ({
  warmup = 0,
  final = 0,
}: {
  readonly warmup?: number;
  readonly final?: number;
} = {}): Schedule => {
  if (!(warmup >= 0 && warmup < 1)) throw new Error(`cosine: warmup is ${warmup}; wanted a share of all steps, 0 to 1`);
  if (!(final >= 0 && final <= 1)) throw new Error(`cosine: final is ${final}; wanted 0 to 1`);
  return (step, total) => {
    const rise = Math.round(warmup * total);
    if (step < rise) return (step + 1) / rise;
    return final + ((1 - final) * (1 + Math.cos((Math.PI * (step - rise)) / (total - rise)))) / 2;
  };
};

/** The schedules by name, with their defaults. */
export const schedules = {
  constant: constant(),
  exponential: exponential(),
  cosine: cosine(),
} satisfies Record<string, Schedule>;
