import type { Stream, StreamState } from '../streaming.ts';

/** Streams one behind another as one: what one puts out is what the next one takes in. */
export function streamInSeries(streams: readonly Stream[]): Stream {
  const present = (): StreamState => ({ values: [], layers: streams.map(({ state }) => state) });
  const enter = (layers: readonly StreamState[]) => {
    for (const [k, state] of layers.entries()) streams[k]!.restore(state);
  };
  return {
    push(x, seconds) {
      let y = streams[0]!.push(x, seconds);
      for (let k = 1; k < streams.length; k++) y = streams[k]!.push(y, seconds);
      return y;
    },
    stateAt(seconds, x) {
      const first = streams[0]!.stateAt(seconds, x);
      return streams.slice(1).reduce(({ state, output }, each) => {
        const next = each.stateAt(seconds, output);
        return { state: [...state, ...next.state], output: next.output };
      }, first);
    },
    get state() {
      return present();
    },
    restore({ layers }) {
      if (layers?.length !== streams.length)
        throw new Error(
          `restore: the state is of ${layers ? `${layers.length} layers` : 'one model'}, but this stack has ${streams.length} layers`,
        );
      const { layers: before } = present();
      try {
        enter(layers);
      } catch (error) {
        enter(before!);
        throw error;
      }
    },
    reset() {
      for (const each of streams) each.reset();
    },
  };
}
