import type { Stream, StreamState } from '../computation.ts';

/**
 * Streams one behind another as one: what one puts out is what the next one takes in. `mayFail`: a sample that the first one has taken
 * may find no step in a later one, and is then taken back, at the price of a copy of the state at each push.
 */
export function streamInSeries(streams: readonly Stream[], mayFail: boolean): Stream {
  const present = (): StreamState => ({ values: [], layers: streams.map(({ state }) => state) });
  const enter = (layers: readonly StreamState[]) => {
    for (const [k, state] of layers.entries()) streams[k]!.restore(state);
  };
  /** What throws halfway leaves all layers as they were. */
  const whole = <T>(act: () => T): T => {
    const { layers: before } = present();
    try {
      return act();
    } catch (error) {
      enter(before!);
      throw error;
    }
  };
  const push: Stream['push'] = (x, seconds) => {
    let y = streams[0]!.push(x, seconds);
    for (let k = 1; k < streams.length; k++) y = streams[k]!.push(y, seconds);
    return y;
  };
  const [first, last] = [streams[0]!, streams.at(-1)!];
  return {
    inputs: first.inputs,
    outputs: last.outputs,
    timeUnit: first.timeUnit,
    takesMissing: first.takesMissing,
    push: mayFail ? (x, seconds) => whole(() => push(x, seconds)) : push,
    stateAt(seconds, x) {
      const first = streams[0]!.stateAt(seconds, x);
      return streams.slice(1).reduce(({ state, output }, each) => {
        const next = each.stateAt(seconds, output);
        return { state: [...state, ...next.state], output: next.output };
      }, first);
    },
    predictAt(seconds, x) {
      let y = streams[0]!.predictAt(seconds, x);
      for (let k = 1; k < streams.length; k++) y = streams[k]!.predictAt(seconds, y);
      return y;
    },
    get state() {
      return present();
    },
    restore({ layers }) {
      if (layers?.length !== streams.length)
        throw new Error(
          `restore: the state is of ${layers ? `${layers.length} layers` : 'one model'}, but this stack has ${streams.length} layers`,
        );
      whole(() => enter(layers));
    },
    reset() {
      for (const each of streams) each.reset();
    },
  };
}
