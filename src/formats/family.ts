import type { BackboneActivation } from '../cells/cfc.ts';
import type { Mode } from '../cells/closed-form.ts';
import type { Constraints, Model, ModelOptions } from '../model.ts';
import type { Arrays, Dense } from './arrays.ts';
import type { Mapping } from './mapping.ts';

/** What the arrays of another library leave open about their network. */
export interface Settings {
  /** Form of a CfC whose arrays do not tell; default 'default'. */
  readonly mode?: Mode;
  /** Activation of a CfC's backbone; default 'lecun_tanh'. */
  readonly activation?: BackboneActivation;
  /** Dropout of a CfC's backbone; default 0. */
  readonly dropout?: number;
  /** Sub-steps of an LTC; default 6. */
  readonly unfolds?: number;
  /** What an LTC adds to its denominator; default 1e-8. */
  readonly epsilon?: number;
  /** What holds an LTC's positive parameters; 'softplus' (stored before it) is the default of the module LTC, 'none' of LTCCell. */
  readonly constraints?: Constraints;
  /** Motor neurons of an LTC without an output map; default all units. */
  readonly outputs?: number;
}

/** A kind of cell or layer of another library: how its arrays are known, what model they make, and where each parameter stands in them. */
export interface Family {
  /** As the other library calls it. */
  readonly name: string;
  /** The settings that mean something here; default none. */
  readonly knows?: readonly (keyof Settings)[];
  /** Whether arrays are of this kind, by their names. */
  recognises(arrays: Arrays): boolean;
  /** What makes the model of these arrays, before its parameters are read. Throws when shapes contradict each other or the settings. */
  options(arrays: Arrays, settings: Settings): ModelOptions;
  /** Where each parameter of the cell stands. */
  mapping(model: Model): Mapping;
  /** The settings of a model of this kind, as its equation shows them; undefined when its parameters are of another kind. */
  settings(model: Model): Settings | undefined;
  /** Arrays beside the parameters, such as masks. */
  fixed?(model: Model): ReadonlyMap<string, Dense>;
}
