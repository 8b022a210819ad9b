import type { Backend, Precision, Reals, Statics } from './backends/backend.ts';
import { javascript } from './backends/javascript.ts';
import { wasm } from './backends/wasm/wasm.ts';
import type { Compiled, CompileOptions } from './compiler/compile.ts';
import { POINTERS } from './compiler/kernel.ts';
import { type Computation, checkCarry, type Gradients, type Stream, type Streamed } from './computation.ts';
import type { Driven } from './driven-sampler.ts';
import { type Intake, intakeOf } from './intake.ts';
import type { Model } from './model.ts';
import { type Network, withParameters } from './network.ts';
import { checkOptions, type Kinds, oneOf, wholeFrom } from './options.ts';
import { backwardPass } from './passes/backward-pass.ts';
import { forwardPass, type Tape } from './passes/forward-pass.ts';
import { makeRunner } from './passes/make-runner.ts';
import { timing } from './timing.ts';

/** Options of `program`. */
export interface ProgramOptions {
  /** `wasm` (SIMD WebAssembly) or `javascript` (plain float64, the oracle). Default wasm, or javascript where WebAssembly is forbidden. */
  readonly backend?: 'wasm' | 'javascript';
  /** Default float32 on wasm; the javascript backend knows float64 only. */
  readonly precision?: Precision;
  /** Relaxed multiply-add: `auto` (default) uses it where the engine has it, `off` never, for the same bits in every engine. */
  readonly fma?: 'auto' | 'off';
  /**
   * Threads that work on a batch, which never change a bit of the result; default 1. Only one is used with the javascript backend, with
   * solvers that choose their steps or solve equations, and where the engine does not share memory: in pages that are not cross-origin
   * isolated.
   */
  readonly threads?: number;
  /** What to put out after each sample, such as the `slope` of the flow; default the model's output. */
  readonly observe?: CompileOptions['observe'];
}

/** A compiled model of which a stream can be opened: with its static arrays as they stand now, or with a driver. */
export type Streamable = {
  readonly intake: Intake;
  readonly backend: 'wasm' | 'javascript';
  readonly options: { readonly precision: Precision; readonly fma: boolean };
  readonly compiled: Compiled;
} & ({ readonly statics: Statics; readonly driven?: never } | { readonly driven: Driven; readonly statics?: never });

/** Opens a stream of one model. It is passed in, so that who only trains needs nothing of it. */
export type OpenStream = (of: Streamable) => Stream;

/** A compiled network at work, apart from streams. */
export interface Computed<N extends Network = Network> extends Computation {
  readonly model: N;
  /** The network with the present parameters. */
  toModel(): N;
}

const kinds: Kinds<ProgramOptions> = {
  backend: oneOf('wasm', 'javascript'),
  precision: oneOf('float32', 'float64'),
  fma: oneOf('auto', 'off'),
  threads: wholeFrom(1),
  observe: { wanted: 'an observation', holds: (value) => typeof value === 'function' },
};

/** Compile a network for a backend. Throws when an option is unknown, or the backend cannot run here or does not know the precision. */
export function compute<N extends Network>(
  network: N,
  options: ProgramOptions = {},
): Computed<N> & Streamed<OpenStream> {
  const of: Network = network;
  if (!('cell' in of) && options.observe)
    throw new Error('program: observe is for one model; give it a layer of the stack');
  const computation =
    'cell' in of
      ? single(of, options)
      : of.compose(
          of,
          of.parts.map((part) => compute(part, options)),
        );
  return Object.assign(computation, {
    model: network,
    toModel: () => withParameters(network, computation.parameters()),
  });
}

/** The computation of one model. */
function single(model: Model, options: ProgramOptions): Streamed<OpenStream> {
  const { observe, threads = 1 } = options;
  const backend = choose(options);
  const intake = intakeOf(model);
  const precision = options.precision ?? (backend.name === 'wasm' ? 'float32' : 'float64');
  const fma = backend.hasFma() && (options.fma ?? 'auto') === 'auto';
  let isPrepared = false;
  let tape: Tape | undefined;

  /** Compile for training, or without what only training needs. */
  const build = (gradient: boolean, parameters: ArrayLike<number>) =>
    makeRunner(model, parameters, { backend, precision, fma, threads, gradient, observe });
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
    if (runner.compiled.kernels['output~']) return;
    runner = build(true, parameters());
    isPrepared = false;
  };

  return {
    backend: backend.name,
    precision,
    fma,
    get threads() {
      return runner.machine.threads;
    },
    get memory() {
      return end * (precision === 'float32' ? 4 : 8);
    },
    get mayRefuse() {
      return runner.driver !== undefined;
    },
    states: runner.states,
    carried: runner.carried,
    parameters: () => Float64Array.from(parameters()),
    update(change) {
      needGradients();
      tape = undefined;
      isPrepared = false;
      change(parameters(), gradients());
    },
    forward(sequences, wishes = {}) {
      const plan = timing(intake, runner.states, sequences, precision);
      checkCarry('forward', wishes.carry, sequences.batch * runner.carried);
      if (wishes.tape || wishes.dropout !== undefined) needGradients();
      prepare();
      tape = undefined;
      const pass = forwardPass(runner, sequences, plan, wishes);
      tape = wishes.tape ? pass.tape : undefined;
      end = Math.max(end, pass.end);
      return pass.answer;
    },
    backward<K extends keyof Gradients>(
      cotangent: ArrayLike<number>,
      carry?: ArrayLike<number>,
      wanted?: readonly K[],
    ) {
      if (!tape)
        throw new Error('backward: the last forward pass kept no tape; call forward(sequences, { tape: true }) first');
      const size = tape.batch * (runner.last ? 1 : tape.steps) * runner.outputs;
      if (cotangent.length !== size)
        throw new Error(`backward: the cotangent has ${cotangent.length} entries, but the outputs have ${size}`);
      checkCarry('backward', carry, tape.batch * runner.carried);
      const read = { ...backwardPass(runner, tape, cotangent, carry), parameters: () => gradients().slice() };
      const names = wanted ?? (Object.keys(read) as K[]);
      return Object.fromEntries(names.map((name) => [name, read[name]()])) as Pick<Gradients, K>;
    },
    stream(open) {
      const own = { intake, backend: backend.name, options: { precision, fma } };
      if (runner.driver) {
        const { compiled, machine, driver } = build(false, parameters());
        machine.reserve(driver!.end);
        machine.run('prepare', new Int32Array(POINTERS));
        return open({ ...own, compiled, driven: { machine, driver: driver! } });
      }
      prepare();
      const { compiled } = runner;
      const prepared = (name: string) => {
        const { offset, size } = compiled.places.get(name)!;
        return statics(offset, size);
      };
      return open({ ...own, compiled, statics: prepared });
    },
  };
}

function choose(options: ProgramOptions): Backend {
  checkOptions('program', options, kinds);
  const { backend, precision } = options;
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
