import { type Composite, type Network, prefixes } from '../network.ts';
import { bidirectional, stack } from '../stack.ts';
import { type ModelData, modelFromData, modelShape, modelToData } from './model-data.ts';
import { readSafetensors, type Safetensors, type Writable, writeSafetensors } from './safetensors.ts';
import { fields, listOf, number, oneOf, type Shape, whole } from './shape.ts';

/** The version that this library writes; it reads every version up to it. */
const VERSION = 2;

/** Everything about a network that is not an array: kept as JSON in the file's metadata, with the version. */
type NetworkData =
  | ModelData
  | { readonly kind: 'stack'; readonly dropout: number; readonly parts: readonly NetworkData[] }
  | {
      readonly kind: 'bidirectional';
      readonly merge: 'concatenate' | 'sum';
      readonly parts: readonly [NetworkData, NetworkData];
    };

const networkShape: Shape = (value, at) => {
  const kind = (value as { readonly kind?: unknown } | null)?.kind;
  if (kind === undefined) return modelShape(value, at);
  fields({ kind: oneOf('stack', 'bidirectional'), parts: listOf(networkShape) })(value, at);
  fields(kind === 'stack' ? { dropout: number } : { merge: oneOf('concatenate', 'sum') })(value, at);
  const { length } = (value as NetworkData & Composite).parts;
  if (kind === 'bidirectional' && length !== 2)
    throw new Error(`${at}.parts has ${length} networks, but the two of a bidirectional one were wanted`);
};

/** A network read from a file, and the notes that were saved beside it (scalers, input names). */
export interface SavedModel {
  readonly model: Network;
  readonly notes: Readonly<Record<string, string>>;
}

/**
 * Write a whole network as one safetensors file: parameters under their names, the wiring as edge lists, all else as metadata. The
 * arrays of a stack's layers have `0.`, `1.` … in front, those of both directions `forward.` and `backward.`. Throws when a parameter is
 * not finite.
 */
export function saveModel(of: Network, notes: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, Writable>();
  const saved = { version: VERSION, ...toData(of, '', tensors) };
  return writeSafetensors(tensors, { ...notes, rivulet: JSON.stringify(saved) });
}

function toData(of: Network, prefix: string, tensors: Map<string, Writable>): NetworkData {
  if ('cell' in of) return modelToData(of, prefix, tensors);
  const own = prefixes(of);
  const parts = of.parts.map((part, k) => toData(part, prefix + own[k], tensors));
  return of.kind === 'stack'
    ? { kind: of.kind, dropout: of.dropout, parts }
    : { kind: of.kind, merge: of.merge, parts: [parts[0]!, parts[1]!] };
}

/**
 * Read a network from the bytes of a file that {@link saveModel} wrote; those of a `Blob`, a `File` or a `Response` come by
 * `await it.arrayBuffer()`. Throws an error that says what is wrong with them.
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer): SavedModel {
  const file = readSafetensors(bytesOf(bytes));
  const { rivulet, ...notes } = file.metadata;
  if (rivulet === undefined)
    throw new Error('load: this safetensors file holds no Rivulet model: its metadata has no "rivulet" entry');
  return { model: fromData(parse(rivulet), '', file), notes };
}

/** Bytes as one view of them. */
function bytesOf(given: Uint8Array | ArrayBuffer): Uint8Array {
  // By name, because another frame's are no instances of this one's.
  const kind = Object.prototype.toString.call(given).slice(8, -1);
  if (kind === 'Uint8Array') return given as Uint8Array;
  if (/^(Shared)?ArrayBuffer$/.test(kind)) return new Uint8Array(given);
  throw new Error(
    `load: a network is read from a Uint8Array or an ArrayBuffer, but ${kind} was given; await blob.arrayBuffer() gives the bytes of a blob, a file or a response`,
  );
}

function fromData(saved: NetworkData, prefix: string, file: Safetensors): Network {
  if ('cell' in saved) return modelFromData(saved, prefix, file);
  const own = prefixes(saved);
  const parts = saved.parts.map((part, k) => fromData(part, prefix + own[k], file));
  return saved.kind === 'stack'
    ? stack({ layers: parts, dropout: saved.dropout })
    : bidirectional({ forward: parts[0]!, backward: parts[1]!, merge: saved.merge });
}

function parse(json: string): NetworkData {
  let saved: NetworkData & { readonly version: number };
  try {
    saved = JSON.parse(json);
  } catch (error) {
    throw new Error(`load: the "rivulet" entry of the metadata is not JSON: ${(error as Error).message}`);
  }
  fields({ version: whole })(saved, 'load: rivulet');
  if (!(saved.version >= 1 && saved.version <= VERSION))
    throw new Error(
      `load: the file has version ${saved.version}, but this library reads versions 1 to ${VERSION}; a newer Rivulet wrote it`,
    );
  networkShape(saved, 'load: rivulet');
  return saved;
}
