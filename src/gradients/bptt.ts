import type { GradientMethod } from './gradient.ts';

/** Backpropagation through time: exact, from a tape of every sub-step (Werbos 1990). */
export const bptt = (): GradientMethod => ({
  name: 'bptt',
  of: (program) => ({
    forward: (sequences, wishes) => program.forward(sequences, { ...wishes, tape: true }),
    backward: program.backward,
    get memory() {
      return program.memory;
    },
  }),
});
