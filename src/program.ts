import type { Backend, Precision } from './backends/backend.ts';
import { javascript } from './backends/javascript.ts';
import { wasm } from './backends/wasm/wasm.ts';
import { arena } from './blocks.ts';
import { type CompileOptions, compile } from './compiler/compile.ts';
import { POINTERS } from './compiler/kernel.ts';
import { verify } from './compiler/verify.ts';
import { declarations, type Model, withParameters } from './model.ts';
import {
  type Answer,
  backwardPass,
  forwardPass,
  type Gradients,
  type Reals,
  type Runner,
  type Tape,
} from './passes.ts';
import type { Sequences } from './sequences.ts';
import { type Stream, stream } from './streaming.ts';
import { timing } from './timing.ts';

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

export type { Answer, Gradients, Reals } from './passes.ts';

/** The names an option may have. */
const known = ['backend', 'precision', 'fma', 'observe'];

/** Compile a model for a backend. Throws when an option is unknown, or the backend cannot run here or does not know the precision. */
export function program(model: Model, options: ProgramOptions = {}): Program {
  const { observe = 'output' } = options;
  const backend = choose(options);
  const precision = options.precision ?? (backend.name === 'wasm' ? 'float32' : 'float64');
  const fma = backend.hasFma() && (options.fma ?? 'auto') === 'auto';
  const gradientWidth = backend.gradientWidth(precision);
  const reals = (length: number): Reals =>
    precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  let isPrepared = false;
  let tape: Tape | undefined;

  /** Compile with or without reverse kernels, on memory of its own that starts with these parameters. */
  const build = (gradient: boolean, parameters: ArrayLike<number>): Runner => {
    const compiled = compile(model, { gradient, observe });
    verify(compiled);
    const machine = backend.build(compiled, { precision, fma });
    machine.scalars.set(parameters, machine.start);
    for (const [name, { kind, value }] of Object.entries(declarations(model.cell, model.readout))) {
      if (kind !== 'constant') continue;
      const { offset, size } = compiled.places.get(name)!;
      for (let k = 0; k < size; k++)
        machine.scalars[machine.start + offset + k] = typeof value === 'number' ? value : value![k]!;
    }
    isPrepared = false;
    return {
      compiled,
      machine,
      arena: arena(compiled, machine.free, gradientWidth),
      inputs: model.inputs,
      states: compiled.states.filter(({ name }) => name !== 't').reduce((size, state) => size + state.size, 0),
      outputs: compiled.places.get('y')!.size,
      last: model.readout?.when === 'last' && observe === 'output',
      gradientWidth,
      reals,
    };
  };
  let runner = build(false, model.parameters);
  let end = runner.machine.free;

  /** A part of the static arrays, seen where it stands. */
  const statics = (offset: number, size: number): Reals => {
    const { scalars, start } = runner.machine;
    return scalars.subarray(start + offset, start + offset + size);
  };
  const parameters = () => statics(0, model.parameters.length);
  const gradients = () => statics(runner.compiled.totals.offset, model.parameters.length);
  const prepare = () => {
    if (!isPrepared) runner.machine.run('prepare', new Int32Array(POINTERS));
    isPrepared = true;
  };
  const needGradients = () => {
    if (!runner.compiled.kernels['output~']) runner = build(true, parameters());
  };

  return {
    model,
    backend: backend.name,
    precision,
    fma,
    get memory() {
      return end * (precision === 'float32' ? 4 : 8);
    },
    parameters: () => Float64Array.from(parameters()),
    update(change) {
      needGradients();
      tape = undefined;
      isPrepared = false;
      change(parameters(), gradients());
    },
    forward(sequences, { tape: keepTape = false, states = false } = {}) {
      const plan = timing(model, runner.states, sequences);
      if (keepTape) needGradients();
      prepare();
      const pass = forwardPass(runner, sequences, plan, { tape: keepTape, states });
      tape = keepTape ? pass.tape : undefined;
      end = Math.max(end, pass.end);
      return pass.answer;
    },
    backward(cotangent) {
      if (!tape)
        throw new Error('backward: the last forward pass kept no tape; call forward(sequences, { tape: true }) first');
      const wanted = tape.batch * (runner.last ? 1 : tape.steps) * runner.outputs;
      if (cotangent.length !== wanted)
        throw new Error(`backward: the cotangent has ${cotangent.length} entries, but the outputs have ${wanted}`);
      return { ...backwardPass(runner, tape, cotangent), parameters: gradients().slice() };
    },
    toModel: () => withParameters(model, parameters()),
    stream() {
      prepare();
      const { compiled } = runner;
      const prepared = (name: string) => {
        const { offset, size } = compiled.places.get(name)!;
        return statics(offset, size);
      };
      return stream(model, backend.sampler(compiled, prepared, { precision, fma }));
    },
  };
}

function choose(options: ProgramOptions): Backend {
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new Error(`program: there is no option "${name}"; the options are ${known.join(', ')}`);
  }
  const { backend, precision, fma, observe } = options;
  among('backend', backend, ['wasm', 'javascript']);
  among('precision', precision, ['float32', 'float64']);
  among('fma', fma, ['auto', 'off']);
  among('observe', observe, ['output', 'slope']);
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

function among(name: string, value: string | undefined, wanted: readonly string[]): void {
  if (value !== undefined && !wanted.includes(value))
    throw new Error(`program: ${name} is "${value}", but must be ${wanted.map((each) => `"${each}"`).join(' or ')}`);
}
