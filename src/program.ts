import type { Backend, Machine, Precision } from './backends/backend.ts';
import { javascript } from './backends/javascript.ts';
import { wasm } from './backends/wasm/wasm.ts';
import { type Compiled, type CompileOptions, compile } from './compiler/compile.ts';
import { LANES, POINTERS } from './compiler/kernel.ts';
import { declarations, type Model, withParameters } from './model.ts';
import { pairwiseArrays } from './pairwise-arrays.ts';
import type { Sequences } from './sequences.ts';
import { type Stream, stream } from './streaming.ts';
import { type Timing, timing } from './timing.ts';

export type Reals = Float32Array | Float64Array;

/** Options of {@link program}. */
export interface ProgramOptions {
  /** `wasm` (SIMD WebAssembly) or `javascript` (plain float64, the oracle). Default wasm, or javascript where WebAssembly is forbidden. */
  readonly backend?: 'wasm' | 'javascript';
  /** Default float32 on wasm; the javascript backend knows float64 only. */
  readonly precision?: Precision;
  /** Relaxed multiply-add: `auto` uses it where the engine has it, `off` never, for the same bits in every engine. */
  readonly fma?: 'auto' | 'off';
  /** What to put out; `slope` is the coefficient of the state in its own flow after each sample. */
  readonly observe?: CompileOptions['observe'];
}

/** What a forward pass gives; arrays are new and belong to the caller. */
export interface Answer {
  /** `(batch, steps, outputs)`, or `(batch, outputs)` when the readout is `last`; 0 at masked steps. */
  readonly outputs: Reals;
  /** State after the last step, `(batch, states)`. */
  readonly final: Reals;
  /** State after every step, `(batch, steps, states)`, when asked for. */
  readonly states?: Reals;
}

/** Exact gradients of Σ outputs·cotangent with respect to what went in, shaped like it. */
export interface Gradients {
  readonly x: Reals;
  readonly dt: Reals;
  readonly initial: Reals;
  /** In the order of the model's layout. */
  readonly parameters: Reals;
}

/** A compiled model: owns parameters, tape and memory. Nothing needs to be released. */
export interface Program {
  readonly model: Model;
  readonly backend: 'wasm' | 'javascript';
  readonly precision: Precision;
  /** Whether relaxed multiply-add is in use. */
  readonly fma: boolean;
  /** Bytes of memory held. */
  readonly memory: number;
  /** A copy of the present parameters. */
  parameters(): Float64Array;
  /** Change parameters in place; `gradients` are those of the last backward pass. */
  update(change: (parameters: Reals, gradients: Reals) => void): void;
  /** Run sequences; `tape` keeps what a backward pass needs, `states` returns the state after every step. */
  forward(sequences: Sequences, options?: { readonly tape?: boolean; readonly states?: boolean }): Answer;
  /** Gradients of the last forward pass with a tape, from the cotangent of its outputs. */
  backward(cotangent: ArrayLike<number>): Gradients;
  /** The model with the present parameters. */
  toModel(): Model;
  /** Open a stream with the present parameters; later updates do not reach it. */
  stream(): Stream;
}

const [FRAME, NEXT, SAMPLE, SCRATCH, GRADIENT, COTANGENT, COTANGENT_NEXT] = POINTERS.map((_, k) => k) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** What the last forward pass with a tape left behind. */
interface Tape {
  readonly sequences: { readonly batch: number; readonly steps: number };
  readonly plan: Timing;
  readonly blocks: readonly BlockTape[];
}

/** Of one block: where its samples and frames stand, and how many sub-steps each sample took. */
interface BlockTape {
  readonly samples: number;
  readonly frames: number;
  readonly counts: Int32Array;
}

/** Compile a model for a backend. Throws when the backend cannot run here or does not know the precision. */
export function program(model: Model, options: ProgramOptions = {}): Program {
  const { observe = 'output' } = options;
  const backend = choose(options);
  const precision = options.precision ?? (backend.name === 'wasm' ? 'float32' : 'float64');
  const fma = backend.hasFma() && (options.fma ?? 'auto') === 'auto';
  const parameters = model.parameters.length;
  let compiled: Compiled;
  let machine: Machine;
  let dirty = true;
  let tape: Tape | undefined;
  let end: number;

  const build = (gradient: boolean): void => {
    const previous = machine?.scalars.slice(machine.start, machine.start + parameters) ?? model.parameters;
    compiled = compile(model, { gradient, observe });
    machine = backend.build(compiled, { precision, fma });
    machine.scalars.set(previous, machine.start);
    for (const [name, { kind, value }] of Object.entries(declarations(model.cell, model.readout))) {
      if (kind !== 'constant') continue;
      const { offset, size } = compiled.places.get(name)!;
      for (let k = 0; k < size; k++)
        machine.scalars[machine.start + offset + k] = typeof value === 'number' ? value : value![k]!;
    }
    dirty = true;
    end = machine.free;
  };
  build(false);
  const states = compiled!.states.filter((state) => state.name !== 't').reduce((size, state) => size + state.size, 0);
  const outputs = compiled!.places.get('y')!.size;
  const last = model.readout?.when === 'last' && observe === 'output';
  const pointers = new Int32Array(POINTERS.length);
  const reals = (length: number): Reals =>
    precision === 'float32' ? new Float32Array(length) : new Float64Array(length);

  /** Positions of the regions that every block uses in turn, and where the tape starts. */
  const regions = () => {
    const { regions: of } = compiled;
    const scratch = machine.free;
    const gradient = scratch + of.scratch * LANES;
    const cotangents = gradient + align(of.gradient * backend.gradientWidth(precision));
    const cotangent = of.cotangent * LANES;
    return {
      scratch,
      gradient,
      cotangents,
      cotangent,
      tape: align(cotangents + 2 * cotangent),
      frame: of.frame * LANES,
      sample: of.sample * LANES,
    };
  };
  const prepare = (): void => {
    if (dirty) machine.run('prepare', pointers);
    dirty = false;
  };
  const lanesOf = (block: number, batch: number) => Math.min(LANES, batch - block * LANES);

  const forward: Program['forward'] = (sequences, { tape: keep = false, states: wantStates = false } = {}) => {
    const { batch, steps, x, initial } = sequences;
    const plan = timing(model, states, sequences);
    if (keep && !compiled.kernels['output~']) build(true);
    const jumps = compiled.events.filter((event) => event !== 'step').length;
    const blocks = planBlocks(plan, batch, steps, compiled.events.includes('step'));
    const at = regions();
    const taped: BlockTape[] = [];
    let free = at.tape;
    for (const counts of blocks) {
      const frames = keep ? counts.reduce((total, n) => total + n + jumps, 1) : 2;
      const samples = free;
      taped.push({ samples, frames: samples + (keep ? steps : 1) * at.sample, counts });
      if (keep) free = align(samples + steps * at.sample + frames * at.frame);
    }
    end = Math.max(end, keep ? free : free + at.sample + 2 * at.frame);
    machine.reserve(end);
    prepare();
    const memory = machine.scalars;
    const place = (name: string) => compiled.places.get(name)!.offset * LANES;
    const [u, dt, fraction] = [place('u'), place('dt'), place('sample.fraction')];
    const [y, active] = [place('y'), place('event.active')];
    const answer = {
      outputs: reals(last ? batch * outputs : batch * steps * outputs),
      final: reals(batch * states),
      states: wantStates ? reals(batch * steps * states) : undefined,
    };
    pointers[SCRATCH] = at.scratch;

    taped.forEach(({ samples, frames, counts }, block) => {
      const first = block * LANES;
      const lanes = lanesOf(block, batch);
      let frame = frames;
      let flip = 1;
      memory.fill(0, frame, frame + at.frame);
      // A lane or a step without a sequence computes what one that exists would: of zeros, gradients could be infinite.
      const standIn = (lane: number) => first + (lane < lanes ? lane : 0);
      if (initial) {
        for (let lane = 0; lane < LANES; lane++) {
          for (let k = 0; k < states; k++) memory[frame + k * LANES + lane] = initial[standIn(lane) * states + k]!;
        }
      }
      const readStates = (into: Reals, row: (lane: number) => number) => {
        for (let lane = 0; lane < lanes; lane++) {
          for (let k = 0; k < states; k++) into[row(lane) * states + k] = memory[frame + k * LANES + lane]!;
        }
      };
      const advance = (event: string, isActive: (lane: number) => boolean) => {
        for (let lane = 0; lane < LANES; lane++) memory[frame + active + lane] = lane < lanes && isActive(lane) ? 1 : 0;
        const next = keep ? frame + at.frame : frames + flip * at.frame;
        pointers[FRAME] = frame;
        pointers[NEXT] = next;
        machine.run(event, pointers);
        frame = next;
        flip = 1 - flip;
      };
      for (let t = 0; t < steps; t++) {
        const sample = keep ? samples + t * at.sample : samples;
        pointers[SAMPLE] = sample;
        for (let lane = 0; lane < LANES; lane++) {
          const step = plan.standIn[standIn(lane) * steps + t]!;
          memory[sample + dt + lane] = step < 0 ? 0 : plan.dt[step]!;
          memory[sample + fraction + lane] = step < 0 ? 1 : 1 / plan.count[step]!;
          for (let k = 0; k < model.inputs; k++)
            memory[sample + u + k * LANES + lane] = step < 0 ? 0 : x[step * model.inputs + k]!;
        }
        machine.run('sample', pointers);
        const kept = (lane: number) => plan.kept[(first + lane) * steps + t] === 1;
        for (const event of compiled.events) {
          if (event !== 'step') advance(event, kept);
          else
            for (let s = 0; s < counts[t]!; s++) advance(event, (lane) => s < plan.count[(first + lane) * steps + t]!);
        }
        pointers[FRAME] = frame;
        machine.run('output', pointers);
        for (let lane = 0; lane < lanes; lane++) {
          if (!kept(lane)) continue;
          const to = last ? (first + lane) * outputs : ((first + lane) * steps + t) * outputs;
          for (let k = 0; k < outputs; k++) answer.outputs[to + k] = memory[sample + y + k * LANES + lane]!;
        }
        if (answer.states) readStates(answer.states, (lane) => (first + lane) * steps + t);
      }
      readStates(answer.final, (lane) => first + lane);
    });
    tape = keep ? { sequences: { batch, steps }, plan, blocks: taped } : undefined;
    return { outputs: answer.outputs, final: answer.final, ...(answer.states ? { states: answer.states } : {}) };
  };

  const backward: Program['backward'] = (cotangent) => {
    if (!tape)
      throw new Error('backward: the last forward pass kept no tape; call forward(sequences, { tape: true }) first');
    const { plan, blocks } = tape;
    const { batch, steps } = tape.sequences;
    const wanted = last ? batch * outputs : batch * steps * outputs;
    if (cotangent.length !== wanted)
      throw new Error(`backward: the cotangent has ${cotangent.length} entries, but the outputs have ${wanted}`);
    const memory = machine.scalars;
    const at = regions();
    const place = (name: string) => compiled.places.get(name)!.offset * LANES;
    const [ugrad, dtgrad, ygrad] = ['u~', 'dt~', 'y~'].map(place) as [number, number, number];
    const jumps = compiled.events.filter((event) => event !== 'step').length;
    const gradients = {
      x: reals(batch * steps * model.inputs),
      dt: reals(batch * steps),
      initial: reals(batch * states),
    };
    const totals = pairwiseArrays(
      compiled.folds.reduce((size, fold) => size + fold.size, 0),
      reals,
    );
    const width = backend.gradientWidth(precision);
    pointers[SCRATCH] = at.scratch;
    pointers[GRADIENT] = at.gradient;

    blocks.forEach(({ samples, frames, counts }, block) => {
      const first = block * LANES;
      const lanes = lanesOf(block, batch);
      let [here, before] = [at.cotangents, at.cotangents + at.cotangent];
      memory.fill(0, at.gradient, at.gradient + compiled.regions.gradient * width);
      memory.fill(0, here, here + at.cotangent);
      const lastKept = Array.from(
        { length: lanes },
        (_, lane) => plan.kept.lastIndexOf(1, (first + lane + 1) * steps - 1) - (first + lane) * steps,
      );
      if (lastKept.every((t) => t < 0)) return;
      let frame = frames + counts.reduce((total, n) => total + n + jumps, 0) * at.frame;
      for (let t = steps - 1; t >= 0; t--) {
        const sample = samples + t * at.sample;
        pointers[SAMPLE] = sample;
        memory.fill(0, sample + ygrad, sample + ygrad + outputs * LANES);
        for (let lane = 0; lane < lanes; lane++) {
          const step = (first + lane) * steps + t;
          if (plan.kept[step] === 0 || (last && lastKept[lane] !== t)) continue;
          const from = last ? (first + lane) * outputs : step * outputs;
          for (let k = 0; k < outputs; k++) memory[sample + ygrad + k * LANES + lane] = cotangent[from + k]!;
        }
        const clear = at.scratch + compiled.sampleCotangents.offset * LANES;
        memory.fill(0, clear, clear + compiled.sampleCotangents.size * LANES);
        pointers[FRAME] = frame;
        pointers[COTANGENT] = here;
        machine.run('output~', pointers);
        for (const event of [...compiled.events].reverse()) {
          for (let s = event === 'step' ? counts[t]! : 1; s > 0; s--) {
            frame -= at.frame;
            memory.fill(0, before, before + at.cotangent);
            pointers[FRAME] = frame;
            pointers[NEXT] = frame + at.frame;
            pointers[COTANGENT] = before;
            pointers[COTANGENT_NEXT] = here;
            machine.run(`${event}~`, pointers);
            [here, before] = [before, here];
          }
        }
        machine.run('sample~', pointers);
        for (let lane = 0; lane < lanes; lane++) {
          const step = (first + lane) * steps + t;
          if (plan.kept[step] === 0) continue;
          for (let k = 0; k < model.inputs; k++)
            gradients.x[step * model.inputs + k] = memory[at.scratch + ugrad + k * LANES + lane]!;
          gradients.dt[step] = memory[at.scratch + dtgrad + lane]!;
        }
      }
      for (let lane = 0; lane < lanes; lane++) {
        for (let k = 0; k < states; k++)
          gradients.initial[(first + lane) * states + k] = memory[here + k * LANES + lane]!;
      }
      totals.push((sum) => {
        let to = 0;
        for (const { from, size } of compiled.folds) {
          for (let k = 0; k < size; k++) sum[to++] = foldLanes(memory, at.gradient + (from + k) * width, width);
        }
      });
    });
    memory.fill(
      0,
      machine.start + compiled.totals.offset,
      machine.start + compiled.totals.offset + compiled.totals.size,
    );
    const sum = totals.sum();
    let from = 0;
    for (const { to, size } of compiled.folds) {
      memory.set(sum.subarray(from, from + size), machine.start + to);
      from += size;
    }
    machine.run('prepare~', pointers);
    return { ...gradients, parameters: gradientsView().slice() };
  };

  const gradientsView = (): Reals =>
    machine.scalars.subarray(
      machine.start + compiled.totals.offset,
      machine.start + compiled.totals.offset + parameters,
    );
  const parametersView = (): Reals => machine.scalars.subarray(machine.start, machine.start + parameters);
  const self: Program = {
    model,
    backend: backend.name,
    precision,
    fma,
    get memory() {
      return end * (precision === 'float32' ? 4 : 8);
    },
    parameters: () => Float64Array.from(parametersView()),
    update(change) {
      if (!compiled.kernels['output~']) build(true);
      change(parametersView(), gradientsView());
      dirty = true;
      tape = undefined;
    },
    forward,
    backward,
    toModel: () => withParameters(model, parametersView()),
    stream() {
      prepare();
      const statics = (name: string) => {
        const { offset, size } = compiled.places.get(name)!;
        return machine.scalars.subarray(machine.start + offset, machine.start + offset + size);
      };
      return stream(model, backend.sampler(compiled, statics, { precision, fma }));
    },
  };
  return self;
}

/** Sixteen scalars are at most two cache lines and at least one: regions start on a line of their own. */
const align = (scalars: number) => Math.ceil(scalars / 16) * 16;

/** Lanes that a kernel added to `width` partial sums, added to one: (0 + 2) + (1 + 3), or 0 + 1. */
const foldLanes = (memory: Reals, at: number, width: number): number =>
  width === 2
    ? memory[at]! + memory[at + 1]!
    : Math.fround(memory[at]! + memory[at + 2]!) + Math.fround(memory[at + 1]! + memory[at + 3]!);

/** The number of sub-steps each block takes at each step: the most of its sequences. */
function planBlocks(plan: Timing, batch: number, steps: number, flows: boolean): Int32Array[] {
  return Array.from({ length: Math.ceil(batch / LANES) }, (_, block) => {
    const counts = new Int32Array(steps);
    for (let b = block * LANES; b < Math.min(batch, (block + 1) * LANES); b++) {
      for (let t = 0; t < steps; t++) counts[t] = flows ? Math.max(counts[t]!, plan.count[b * steps + t]!) : 0;
    }
    return counts;
  });
}

function choose({ backend, precision }: ProgramOptions): Backend {
  if (backend === 'javascript' || (backend === undefined && !wasm.isAvailable())) {
    if (precision === 'float32')
      throw new Error(
        'program: the javascript backend computes in float64 only, but precision "float32" was asked for',
      );
    return javascript;
  }
  if (!wasm.isAvailable())
    throw new Error(
      'program: WebAssembly with SIMD was asked for, but this engine does not have it or forbids it; use backend "javascript"',
    );
  return wasm;
}
