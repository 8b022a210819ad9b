import { type Answer, type Computation, checkCarry, type Gradients } from '../computation.ts';
import type { Compose } from '../network.ts';
import { random } from '../random.ts';
import type { Reals } from '../reals.ts';
import { bothWays } from './both-ways.ts';
import { inSeries } from './in-series.ts';
import { apart, beside } from './side-by-side.ts';
import { streamInSeries } from './stream-in-series.ts';

/** The computation of a network that is put together from others, by those of its parts. */
export const composed: Compose = (network, parts) => {
  const { backend, precision, fma } = parts[0]!;
  const reals = (length: number): Reals =>
    precision === 'float32' ? new Float32Array(length) : new Float64Array(length);
  const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);
  const course = network.kind === 'stack' ? inSeries(network) : bothWays(network, reals);
  const states = parts.map((part) => part.states);
  const carried = parts.map((part) => part.carried);
  const sizes = network.parts.map((part) => part.parameters.length);
  /** What the parts have under a name, side by side. */
  const joined = <K extends string>(name: K, of: readonly Readonly<Record<K, Reals>>[], widths: readonly number[]) => {
    const arrays = of.map((each) => each[name]);
    return beside(arrays, widths, reals(total(arrays.map(({ length }) => length))));
  };
  const [values, slopes] = [reals(network.parameters.length), reals(network.parameters.length)];
  /** Outputs of the last forward pass that kept a tape. */
  let answered: { readonly batch: number; readonly outputs: number } | undefined;

  const update: Computation['update'] = (change) => {
    answered = undefined;
    let end = 0;
    for (const part of parts) {
      part.update((parameters, gradients) => {
        values.set(parameters, end);
        slopes.set(gradients, end);
        end += parameters.length;
      });
    }
    change(values, slopes);
    end = 0;
    for (const part of parts) {
      part.update((parameters) => {
        parameters.set(values.subarray(end, end + parameters.length));
        end += parameters.length;
      });
    }
  };

  return {
    backend,
    precision,
    fma,
    get threads() {
      return Math.max(...parts.map((part) => part.threads));
    },
    get memory() {
      return total(parts.map((part) => part.memory));
    },
    mayRefuse: parts.some((part) => part.mayRefuse),
    states: total(states),
    carried: total(carried),
    parameters: () => Float64Array.from(parts.flatMap((part) => [...part.parameters()])),
    update,
    forward(sequences, { tape = false, states: wanted = false, carry, dropout } = {}) {
      const { batch, steps, x, dt, mask, initial } = sequences;
      if (initial && initial.length !== batch * total(states))
        throw new Error(
          `sequences: initial has ${initial.length} entries, but (batch ${batch}, states ${total(states)}) needs ${batch * total(states)}`,
        );
      if (carry && network.kind === 'bidirectional')
        throw new Error(
          'forward: carry was given, but a bidirectional network cannot go on from earlier steps: it reads later ones first',
        );
      checkCarry('forward', carry, batch * total(carried));
      const [initials, carries] = [initial && apart(initial, states), carry && apart(carry, carried)];
      const draw = dropout === undefined ? undefined : random(dropout);
      const run = (k: number, given: typeof sequences): Answer =>
        parts[k]!.forward(initials ? { ...given, initial: initials[k]! } : given, {
          tape,
          states: wanted,
          ...(carries ? { carry: carries[k]! } : {}),
          ...(draw ? { dropout: draw.integer(2 ** 32) } : {}),
        });
      const own = { batch, steps, x, ...(dt ? { dt } : {}), ...(mask ? { mask } : {}) };
      answered = undefined;
      const { outputs, answers } = course.forward(own, run, draw?.uniform);
      answered = tape ? { batch, outputs: outputs.length } : undefined;
      return {
        outputs,
        final: joined('final', answers, states),
        carry: joined('carry', answers, carried),
        ...(wanted ? { states: joined('states', answers as Required<Answer>[], states) } : {}),
      };
    },
    backward(cotangent, carry) {
      if (!answered)
        throw new Error('backward: the last forward pass kept no tape; call forward(sequences, { tape: true }) first');
      if (cotangent.length !== answered.outputs)
        throw new Error(
          `backward: the cotangent has ${cotangent.length} entries, but the outputs have ${answered.outputs}`,
        );
      checkCarry('backward', carry, answered.batch * total(carried));
      const carries = carry && apart(carry, carried);
      const each: Gradients[] = [];
      const run = (k: number, given: ArrayLike<number>): Gradients => {
        each[k] = parts[k]!.backward(given, carries?.[k]);
        return each[k];
      };
      const { x, dt } = course.backward(cotangent, run);
      return {
        x,
        dt,
        initial: joined('initial', each, states),
        carry: joined('carry', each, carried),
        parameters: joined('parameters', each, sizes),
      };
    },
    stream(open) {
      if (network.kind === 'bidirectional')
        throw new Error(
          'stream: a bidirectional network reads sequences from their end too, so it cannot take in one sample at a time',
        );
      return streamInSeries(
        parts.map((part) => part.stream(open)),
        parts.slice(1).some((part) => part.mayRefuse),
      );
    },
  };
};
