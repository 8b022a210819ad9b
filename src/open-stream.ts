import type { Sampler, Statics } from './backends/backend.ts';
import { blockSampler } from './backends/block-sampler.ts';
import { javascript } from './backends/javascript.ts';
import type { LaneOptions } from './backends/wasm/lanes.ts';
import { sampler } from './backends/wasm/sampler.ts';
import type { Compiled } from './compiler/compile.ts';
import type { OpenStream } from './compute.ts';
import { drivenSampler } from './driven-sampler.ts';
import { stream } from './streaming.ts';

type MakeSampler = (compiled: Compiled, statics: Statics, options: LaneOptions) => Sampler;

/** How each backend runs one sequence, with a copy of the static arrays; its state is 0. */
const samplers: Readonly<Record<'wasm' | 'javascript', MakeSampler>> = {
  wasm: sampler,
  javascript(compiled, statics, options) {
    const machine = javascript.build(compiled, options);
    for (const { name, region, offset } of compiled.places.values()) {
      if (region === 'static') machine.scalars.set(statics(name), offset);
    }
    return blockSampler(compiled, machine);
  },
};

/** Open a stream of a compiled model. */
export const openStream: OpenStream = ({ intake, backend, options, compiled, statics, driven }) =>
  stream(intake, driven ? drivenSampler(compiled, driven) : samplers[backend](compiled, statics, options));
