import type { Precision, Reals } from './backends/backend.ts';
import { assembleSampler } from './backends/wasm/sampler.ts';
import { withSections } from './backends/wasm/sections.ts';
import { assemble, wasm } from './backends/wasm/wasm.ts';
import { POINTERS } from './compiler/kernel.ts';
import { reads } from './compiler/lines.ts';
import { type CompositeFacts, type Head, type ModelFacts, SECTIONS, VERSION } from './inference.ts';
import { intakeOf } from './intake.ts';
import type { Model } from './model.ts';
import type { Network } from './network.ts';
import { checkOptions, type Kinds, oneOf, truth } from './options.ts';
import { makeRunner } from './passes/make-runner.ts';

/** Options of {@link saveCompiled}. */
export interface CompiledOptions {
  /** Default float32. */
  readonly precision?: Precision;
  /** Whether to use relaxed multiply-add, which not every engine has: a little faster there, and refused elsewhere. Default false. */
  readonly fma?: boolean;
}

const kinds: Kinds<CompiledOptions> = { precision: oneOf('float32', 'float64'), fma: truth };

/**
 * A network as one WebAssembly module, its parameters inside, which `load` of `rivulet/inference` runs without compiler or parser: the
 * same bits as a program with fma `off` (with `fma: true`, the same up to rounding). It answers and streams, and cannot learn;
 * `saveModel` keeps what can. Throws when an option is unknown or this engine has no WebAssembly.
 */
export function saveCompiled(
  network: Network,
  notes: Readonly<Record<string, string>> = {},
  options: CompiledOptions = {},
): Uint8Array<ArrayBuffer> {
  checkOptions('saveCompiled', options, kinds);
  return written(network, options, { version: VERSION, notes });
}

const json = (facts: (ModelFacts | CompositeFacts) & Partial<Head>) => new TextEncoder().encode(JSON.stringify(facts));

function written(network: Network, options: CompiledOptions, head: Head | undefined): Uint8Array<ArrayBuffer> {
  if ('cell' in network) return writtenModel(network, options, head);
  const { inputs, outputs, readout } = network;
  const own =
    network.kind === 'stack' ? ({ kind: 'stack', dropout: 0 } as const) : { kind: network.kind, merge: network.merge };
  const facts = { ...head, ...own, inputs, outputs, ...(readout ? { readout } : {}) };
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  const parts = network.parts.map((part) => [SECTIONS.part, written(part, options, undefined)] as const);
  return withSections(empty, [[SECTIONS.facts, json(facts)], ...parts]);
}

function writtenModel(
  model: Model,
  { precision = 'float32', fma = false }: CompiledOptions,
  head: Head | undefined,
): Uint8Array<ArrayBuffer> {
  const making = { backend: wasm, precision, fma: false, gradient: false } as const;
  const { compiled, machine, gradientWidth, last } = makeRunner(model, model.parameters, making);
  // What is computed from parameters alone is computed here.
  machine.run('prepare', new Int32Array(POINTERS));
  const statics = (name: string) => {
    const { offset, size } = compiled.places.get(name)!;
    return machine.scalars.subarray(machine.start + offset, machine.start + offset + size);
  };
  const { kernels: all, relations: _, constants: __, ...anatomy } = compiled;
  const { prepare: ___, ...kernels } = all;
  const sinks = Object.values(kernels).flatMap(({ nests }) => nests.flatMap((nest) => nest.sinks));
  const read = new Set(sinks.flatMap(({ value }) => [...reads(value)]));
  const { code, room } = assemble({ ...compiled, kernels }, { precision, fma }, ({ start }) =>
    [...compiled.places.values()].flatMap(({ name, region, offset }) =>
      region === 'static' && read.has(name)
        ? [{ address: (start + offset) * machine.scalars.BYTES_PER_ELEMENT, bytes: bytesOf(statics(name)) }]
        : [],
    ),
  );
  const { name, order, drive } = model.solver;
  const own = drive ? undefined : assembleSampler(compiled, statics, { precision, fma });
  const facts: ModelFacts = {
    ...head,
    kind: 'model',
    intake: intakeOf(model),
    solver: { name, order, ...(drive ? { drive } : {}) },
    precision,
    fma,
    gradientWidth,
    last,
    room,
    anatomy: {
      ...anatomy,
      places: [...compiled.places].filter(([, { region }]) => region !== 'static' && region !== 'scratch'),
      flowing: [...compiled.flowing],
    },
    ...(own ? { stream: own.layout } : {}),
  };
  return withSections(code, [[SECTIONS.facts, json(facts)], ...(own ? [[SECTIONS.stream, own.code] as const] : [])]);
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Reals): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
