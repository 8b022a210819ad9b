export type Precision = 'float32' | 'float64';

/** Numbers in the precision of a program. */
export type Reals = Float32Array | Float64Array;
