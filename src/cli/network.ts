import { type Cell, hasFlow } from '../cells/cell.ts';
import { mixed } from '../cells/mixed.ts';
import type { Scaler } from '../datasets/scale.ts';
import { type Missing, model } from '../model.ts';
import type { Network } from '../network.ts';
import { program } from '../program.ts';
import { random } from '../random.ts';
import { isAdaptive } from '../solvers/solver.ts';
import { bidirectional, stack } from '../stack.ts';
import { cellOf, gradientOf, solverOf, wiringOf } from './choices.ts';
import type { MissingInputs, TrainCommand } from './commands.ts';
import type { Recipe } from './recipes.ts';
import { called, usageError } from './usage-error.ts';

/** What of a recipe is about the network. */
export type NetworkRecipe = Pick<
  Recipe,
  | 'cell'
  | 'mixedMemory'
  | 'wiring'
  | 'solver'
  | 'unfolds'
  | 'interpolation'
  | 'missing'
  | 'units'
  | 'bidirectional'
  | 'dropout'
>;

/** What a network is made for. */
export interface Purpose {
  readonly inputs: number;
  readonly outputs: number;
  readonly timeUnit: number;
  readonly seed: number;
  /** What the inputs went through. */
  readonly scaler?: Scaler | undefined;
  /** Whether it answers at every step, which is the default, or once for a sequence. */
  readonly when?: 'every' | 'last';
}

/** The cell of a recipe, behind its memory if it is to have one. */
function recipeCell({ cell, mixedMemory }: Pick<NetworkRecipe, 'cell' | 'mixedMemory'>): Cell {
  return mixedMemory ? mixed(cellOf(cell)) : cellOf(cell);
}

/** What becomes of missing inputs where nobody says: they hold, unless the cell takes them as they are. */
export const missingByDefault = (recipe: NetworkRecipe): MissingInputs | undefined =>
  recipeCell(recipe).takesMissing ? undefined : 'hold';

/** The model's option for inputs that are standardised: there the mean of the training part is 0, and 0 is something else. */
function standardised(missing: MissingInputs, scaler: Scaler | undefined): Missing {
  if (missing === 'hold') return missing;
  if (missing === 'mean' || !scaler) return 'zero';
  return { mean: scaler.mean.map((mean, k) => -mean / scaler.deviation[k]!) };
}

/** The network of a recipe: one model, or several with initial parameters of their own drawn from one seed. */
export function network(
  recipe: NetworkRecipe,
  { inputs, outputs, timeUnit, seed, scaler, when = 'every' }: Purpose,
): Network {
  const cell = recipeCell(recipe);
  const isOne = recipe.units.length === 1 && !recipe.bidirectional;
  const draw = random(seed);
  const layers: Network[] = [];
  recipe.units.forEach((units, k) => {
    const isLast = k === recipe.units.length - 1;
    const make = () =>
      model({
        cell,
        inputs: layers.at(-1)?.outputs ?? inputs,
        wiring: wiringOf(recipe.wiring, units, outputs),
        ...(recipe.solver === undefined
          ? {}
          : {
              solver: solverOf(recipe.solver),
              unfolds: recipe.unfolds,
              interpolation: recipe.interpolation,
            }),
        ...(k === 0 && recipe.missing ? { missing: standardised(recipe.missing, scaler) } : {}),
        ...(isLast ? { readout: { outputs, when } } : {}),
        timeUnit,
        seed: isOne ? seed : draw.integer(2 ** 32),
      });
    const merge = isLast ? 'sum' : 'concatenate';
    layers.push(recipe.bidirectional ? bidirectional({ forward: make(), backward: make(), merge }) : make());
  });
  return layers.length === 1 && recipe.dropout === 0 ? layers[0]! : stack({ layers, dropout: recipe.dropout });
}

/**
 * What a command line and a recipe say of the network. Such a network of one input is made, so that what makes no sense, also with the gradient
 * asked for, is a usage error before anything is loaded.
 */
export function settledNetwork(command: TrainCommand, recipe: Recipe): NetworkRecipe {
  const cell = command.cell ?? recipe.cell;
  const mixedMemory = command.mixedMemory || recipe.mixedMemory;
  const isFlowing = called(() => hasFlow(recipeCell({ cell, mixedMemory })));
  for (const option of ['solver', 'unfolds', 'interpolation'] as const) {
    if (!isFlowing && command[option] !== undefined)
      throw usageError(`train: --${option} is for cells with a flow, but "${cell}" jumps from sample to sample`);
  }
  const solver = isFlowing ? (command.solver ?? recipe.solver) : undefined;
  const choosesSteps = solver !== undefined && isAdaptive(called(() => solverOf(solver)));
  const settled = {
    cell,
    mixedMemory,
    wiring: command.wiring ?? recipe.wiring,
    solver,
    // An adaptive solver chooses its own steps, which sub-steps would only bound.
    unfolds: command.unfolds ?? (choosesSteps ? 1 : recipe.unfolds),
    interpolation: command.interpolation ?? recipe.interpolation,
    missing: command.missing ?? recipe.missing,
    units: command.units ?? recipe.units,
    bidirectional: command.bidirectional || recipe.bidirectional,
    dropout: command.dropout ?? recipe.dropout,
  };
  const small = called(() => network(settled, { inputs: 1, outputs: 1, timeUnit: 1, seed: command.seeds[0]! }));
  const { gradient } = command;
  if (gradient !== undefined) called(() => gradientOf(gradient).of(program(small)));
  return settled;
}
