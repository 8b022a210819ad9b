import { listing } from '../backends/wasm/listing.ts';
import { assemble } from '../backends/wasm/wasm.ts';
import { type Compiled, compile } from '../compiler/compile.ts';
import type { Nest, Sink } from '../compiler/kernel.ts';
import type { Index } from '../expression/node.ts';
import { ref } from '../expression/node.ts';
import { show } from '../expression/show.ts';
import type { Model } from '../model.ts';

/** A model's kernels on their way from the equation to the machine. */
export interface KernelListing {
  /** Every kernel of the forward pass as lines inside loops: `=` stores, `+=` adds up over the loops the line's array lacks, `max=` keeps the greatest. */
  readonly loops: string;
  /** The WebAssembly text of their module, one instruction a line. */
  readonly wasm: string;
}

/** The kernels of a model's forward pass as text, as loops and as WebAssembly of float32 without relaxed multiply-add. */
export function kernelListing(model: Model): KernelListing {
  const compiled = compile(model, { gradient: false });
  return {
    loops: loopsOf(compiled),
    wasm: listing(assemble(compiled, { precision: 'float32', fma: false }).code),
  };
}

function loopsOf({ kernels }: Compiled): string {
  return Object.values(kernels)
    .filter(({ nests }) => nests.length > 0)
    .map(({ name, nests, scalar }) =>
      [`${name}, ${scalar ? 'once for all sequences' : 'eight sequences at a time'}:`, ...nests.map(nestOf)].join('\n'),
    )
    .join('\n\n');
}

const letter = (index: Index) => show(ref('', [index])).slice(1, -1);

function nestOf({ loops, edge, sinks }: Nest): string {
  const plain = (edge ? loops.slice(0, -2) : loops).map((index) => `for ${letter(index)}`);
  const wired = edge ? [`for ${letter(edge.target)}, for each ${letter(edge.source)} wired to it`] : [];
  const heads = [...plain, ...wired].join(', ');
  const lines = sinks.map((sink) => `${heads === '' ? '' : '  '}  ${lineOf(sink)}`);
  return [...(heads === '' ? [] : [`  ${heads}:`]), ...lines].join('\n');
}

const signs = { sum: '+=', maximum: 'max=' } as const;

const lineOf = ({ array, at, value, reduction, accumulate }: Sink): string =>
  `${show(ref(array, at))} ${reduction ? signs[reduction] : accumulate ? '+=' : '='} ${show(value)}`;
