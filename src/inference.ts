import type { Precision } from './backends/backend.ts';
import { type Room, wasmMachine } from './backends/wasm/machine.ts';
import { type StreamLayout, streamSampler } from './backends/wasm/stream-sampler.ts';
import type { Anatomy } from './compiler/compile.ts';
import { composed } from './composition/composed.ts';
import { type Answer, type Computation, checkCarry, type Stream, type Streamed, type Wishes } from './computation.ts';
import { drivenSampler } from './driven-sampler.ts';
import { drivers } from './drivers/index.ts';
import type { Intake } from './intake.ts';
import type { Bidirectional, Stack } from './network.ts';
import { forwardPass } from './passes/forward-pass.ts';
import { runnerOn } from './passes/runner.ts';
import type { Sequences } from './sequences.ts';
import type { Drive } from './solvers/solver.ts';
import { stream } from './streaming.ts';
import { timing } from './timing.ts';

/** The version of compiled files that this library writes and reads. */
export const VERSION = 1;

/** Sections of a compiled file: what it says of itself as JSON, the module that takes one sequence, the files of a network's parts. */
export const SECTIONS = { facts: 'rivulet', stream: 'rivulet.stream', part: 'rivulet.part' } as const;

/** What a compiled file says of one model; plain data. */
export interface ModelFacts {
  readonly kind: 'model';
  readonly intake: Intake;
  readonly solver: { readonly name: string; readonly order: number; readonly drive?: Drive };
  readonly precision: Precision;
  readonly fma: boolean;
  readonly gradientWidth: number;
  readonly last: boolean;
  readonly room: Room;
  readonly anatomy: Omit<Anatomy, 'places' | 'flowing'> & {
    readonly places: readonly (readonly [string, NonNullable<ReturnType<Anatomy['places']['get']>>])[];
    readonly flowing: readonly string[];
  };
  /** Where the solver has no driver. */
  readonly stream?: StreamLayout;
}

/** What it says of several that are put together; plain data. */
export type CompositeFacts =
  | (Pick<Stack, 'kind' | 'inputs' | 'outputs' | 'readout'> & { readonly dropout: 0 })
  | Pick<Bidirectional, 'kind' | 'inputs' | 'outputs' | 'readout' | 'merge'>;

/** What a whole file says beside. */
export interface Head {
  readonly version: number;
  readonly notes: Readonly<Record<string, string>>;
}

/** A compiled network that answers, and does not learn. */
export interface Inference extends Pick<Computation, 'precision' | 'fma' | 'memory' | 'states' | 'carried'> {
  readonly inputs: number;
  readonly outputs: number;
  /** Run sequences. */
  forward(sequences: Sequences, wishes?: Pick<Wishes, 'states' | 'carry'>): Answer;
  /** Open a stream. */
  stream(): Stream;
}

/** A network that was loaded, and the notes that were saved beside it (scalers, input names). */
export interface Loaded {
  readonly program: Inference;
  readonly notes: Readonly<Record<string, string>>;
}

/** Load a network that `saveCompiled` wrote. Nothing is parsed or compiled here but WebAssembly. Throws when it is none, or of another version. */
export function load(bytes: Uint8Array | ArrayBuffer): Loaded {
  const module = compiled(bytes);
  const { version, notes } = factsOf(module);
  if (version !== VERSION)
    throw new Error(`load: the file has version ${version}, but this library reads version ${VERSION}`);
  return { program: answering(module), notes };
}

function compiled(bytes: Uint8Array | ArrayBuffer): WebAssembly.Module {
  try {
    return new WebAssembly.Module(bytes as BufferSource);
  } catch (error) {
    throw new Error(`load: this engine cannot run the file: ${(error as Error).message}`, { cause: error });
  }
}

function factsOf(module: WebAssembly.Module): (ModelFacts | CompositeFacts) & Head {
  const [facts] = WebAssembly.Module.customSections(module, SECTIONS.facts);
  if (!facts) throw new Error('load: this WebAssembly module is no compiled Rivulet network; saveCompiled writes one');
  return JSON.parse(new TextDecoder().decode(facts));
}

function answering(module: WebAssembly.Module): Inference {
  const facts = factsOf(module);
  if (facts.kind === 'model') return single(module, facts);
  const parts = WebAssembly.Module.customSections(module, SECTIONS.part).map((part) =>
    answering(new WebAssembly.Module(part)),
  );
  // Parts that do not learn, and of which no more is asked than they have.
  const network = { ...facts, parameters: [], parts: parts.map((part) => ({ outputs: part.outputs, parameters: [] })) };
  const whole = composed<void>(network as never, parts as never);
  return Object.assign(whole, { inputs: facts.inputs, outputs: facts.outputs });
}

function single(module: WebAssembly.Module, facts: ModelFacts): Inference & Pick<Streamed<void>, 'mayRefuse'> {
  const { intake, precision, fma, anatomy, room } = facts;
  const { drive } = facts.solver;
  const solver = drive ? { ...facts.solver, drive, driver: drivers[drive.kind] } : facts.solver;
  const compiled: Anatomy = { ...anatomy, places: new Map(anatomy.places), flowing: new Set(anatomy.flowing) };
  const build = () => runnerOn(compiled, wasmMachine(module, precision, room), { ...facts, solver });
  const runner = build();
  let end = runner.machine.free;
  return {
    inputs: intake.inputs,
    outputs: runner.outputs,
    precision,
    fma,
    mayRefuse: drive !== undefined,
    states: runner.states,
    carried: runner.carried,
    get memory() {
      return end * (precision === 'float32' ? 4 : 8);
    },
    forward(sequences, { states = false, carry } = {}) {
      const plan = timing(intake, runner.states, sequences, precision);
      checkCarry('forward', carry, sequences.batch * runner.carried);
      const pass = forwardPass(runner, sequences, plan, { states, ...(carry ? { carry } : {}) });
      end = Math.max(end, pass.end);
      return pass.answer;
    },
    stream() {
      if (facts.stream) {
        const [own] = WebAssembly.Module.customSections(module, SECTIONS.stream);
        return stream(intake, streamSampler(new WebAssembly.Module(own!), facts.stream));
      }
      const { machine, driver } = build();
      machine.reserve(driver!.end);
      return stream(intake, drivenSampler(compiled, { machine, driver: driver! }));
    },
  };
}
