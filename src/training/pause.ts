/**
 * A function to await between steps of a long loop: once `interval` milliseconds have passed since the last time, it
 * gives the event loop a turn (timers, input, drawing), otherwise it goes on at once.
 */
export const pauser = (interval = 20): (() => Promise<void>) => {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < interval) return;
    await turn();
    last = performance.now();
  };
};

// A message is a whole task of the event loop; in a browser a timer of 0 ms would wait 4.
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
