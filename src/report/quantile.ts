/** The value below which a share of a sample lies, linear between neighbours; NaN of an empty sample. */
export function quantile(sample: ArrayLike<number>, share: number): number {
  const values = Float64Array.from(sample).sort();
  const at = share * (values.length - 1);
  const low = values[Math.floor(at)] ?? Number.NaN;
  const high = values[Math.ceil(at)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

/** The share of a sample below a value, equal ones counting half; NaN of an empty sample. */
export function position(sample: ArrayLike<number>, value: number): number {
  let below = 0;
  for (let i = 0; i < sample.length; i++) below += sample[i]! < value ? 1 : sample[i] === value ? 0.5 : 0;
  return below / sample.length;
}
