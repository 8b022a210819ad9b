import { type Bounds, type Certificate, certify, type Range } from '../certificates/certify.ts';
import { add } from '../certificates/interval.ts';
import type { Network } from '../network.ts';
import { check } from '../options.ts';

/** What is certain of one model of a network, or why nothing is. */
export type ModelBounds = Certificate | { readonly why: string };

/**
 * Certificates of all models of a network, in the order of `models`, for inputs in a range: what a layer is certain to put out is what the
 * next one is given. Where a model has no certificate, the next one is given all numbers.
 */
export function networkBounds(network: Network, inputs: Range = all): readonly ModelBounds[] {
  check('networkBounds: inputs', inputs, {
    wanted: 'two numbers in order, [lo, hi]',
    holds: () => Array.isArray(inputs) && inputs.length === 2 && inputs[0] <= inputs[1],
  });
  return through(network, new Array<Range>(network.inputs).fill(inputs)).certificates;
}

const all: Range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

interface Passed {
  readonly certificates: readonly ModelBounds[];
  readonly outputs: readonly Range[];
}

function through(network: Network, inputs: readonly Range[]): Passed {
  if ('cell' in network) {
    try {
      const certificate = certify(network, { inputs });
      return { certificates: [certificate], outputs: certificate.outputs.map(rangeOf) };
    } catch (error) {
      return {
        certificates: [{ why: (error as Error).message }],
        outputs: new Array<Range>(network.outputs).fill(all),
      };
    }
  }
  if (network.kind === 'stack') {
    let passed: Passed = { certificates: [], outputs: inputs };
    for (const part of network.parts) {
      const { certificates, outputs } = through(part, passed.outputs);
      passed = { certificates: [...passed.certificates, ...certificates], outputs };
    }
    return passed;
  }
  const [forward, backward] = network.parts.map((part) => through(part, inputs)) as [Passed, Passed];
  return {
    certificates: [...forward.certificates, ...backward.certificates],
    outputs:
      network.merge === 'sum'
        ? forward.outputs.map((range, k) => sum(range, backward.outputs[k]!))
        : [...forward.outputs, ...backward.outputs],
  };
}

const rangeOf = ({ lo, hi }: Bounds): Range => [lo ?? all[0], hi ?? all[1]];

function sum([a, b]: Range, [c, d]: Range): Range {
  const { lo, hi } = add({ lo: a, hi: b }, { lo: c, hi: d });
  return [lo, hi];
}
