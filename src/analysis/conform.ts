import { arraysOf } from '../formats/arrays.ts';
import { ncpsModules } from '../formats/ncps.ts';
import { settingsFrom } from '../formats/ncps-settings.ts';
import type { Origin } from '../formats/origin.ts';
import { readSafetensors } from '../formats/safetensors.ts';
import { torchModules } from '../formats/torch-module.ts';
import { conformCell, conformStateDict } from './conform-cell.ts';
import { conformTrajectory } from './conform-trajectory.ts';
import type { Conformity, Run } from './conformity.ts';

export type { Comparison, Conformity, Run } from './conformity.ts';

const origins: readonly Origin[] = [...ncpsModules, ...torchModules];

/**
 * Compare this library with a reference file, on each backend and precision; `answers` is the `.io` file of a state dict. What a file is shows in
 * the names of its arrays: metadata only say what arrays cannot. Throws when it is a reference, but arrays are missing or of another shape.
 */
export function conform(name: string, bytes: Uint8Array, answers?: Uint8Array): Conformity {
  const { tensors, metadata } = readSafetensors(bytes);
  const arrays = arraysOf(tensors);
  const settings = settingsFrom(metadata);
  const skipped = (why: string): Conformity => ({ kind: 'skipped', name, why });
  const compared = (runs: readonly Run[]): Conformity => ({
    kind: 'compared',
    name,
    source: metadata.source ?? 'no source stated',
    runs,
    agrees: runs.every((run) => run.comparisons.every((each) => each.agrees)),
  });
  const isCell = arrays.has('io.y');
  if (!isCell && arrays.has('io.h') && arrays.has('param.gleak')) return compared(conformTrajectory(arrays));
  const parameters = arrays.under(isCell ? 'param.' : '');
  const origin = origins.find((each) => each.recognises(parameters));
  if (!origin)
    return skipped(`neither a reference nor a state dict of a known network; it holds ${arrays.names.join(', ')}`);
  if (isCell) {
    const precision = tensors.get('io.y')!.dtype === 'F64' ? 'float64' : 'float32';
    return compared(conformCell(arrays, origin, settings, precision));
  }
  if (answers === undefined)
    return skipped('a state dict is compared by its .io.safetensors file, which is not beside it');
  return compared(conformStateDict(arrays, arraysOf(readSafetensors(answers).tensors), origin, settings));
}
