import type { Stack } from '../network.ts';
import type { Reals } from '../reals.ts';
import type { Course } from './course.ts';

/** Layers one behind another; between them, in training, entries are dropped. */
export function inSeries({ parts, dropout }: Pick<Stack, 'parts' | 'dropout'>): Course {
  const factors: (Float64Array | undefined)[] = [];
  return {
    forward({ x: inputs, ...time }, run, draw) {
      let x = inputs;
      const answers = parts.map((_, k) => {
        const answer = run(k, { ...time, x });
        if (k === parts.length - 1) return answer;
        checkFinite(k, answer.outputs, time);
        factors[k] = undefined;
        if (draw && dropout > 0) {
          factors[k] = Float64Array.from(answer.outputs, () => (draw() < dropout ? 0 : 1 / (1 - dropout)));
          multiply(answer.outputs, factors[k]);
        }
        x = answer.outputs;
        return answer;
      });
      return { outputs: answers.at(-1)!.outputs, answers };
    },
    backward(cotangent, run) {
      let dt: Reals | undefined;
      let x: ArrayLike<number> = cotangent;
      for (let k = parts.length - 1; k >= 0; k--) {
        const gradients = run(k, x);
        if (k > 0 && factors[k - 1]) multiply(gradients.x, factors[k - 1]!);
        x = gradients.x;
        if (dt) for (let i = 0; i < dt.length; i++) dt[i]! += gradients.dt[i]!;
        else dt = gradients.dt;
      }
      return { x: x as Reals, dt: dt! };
    },
  };
}

function multiply(array: Reals, factors: Float64Array): void {
  for (let k = 0; k < array.length; k++) array[k]! *= factors[k]!;
}

function checkFinite(layer: number, outputs: Reals, { batch, steps }: { batch: number; steps: number }): void {
  const bad = outputs.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  const width = outputs.length / (batch * steps);
  const [row, feature] = [Math.floor(bad / width), bad % width];
  throw new Error(
    `forward: layer ${layer} puts out ${outputs[bad]} at sequence ${Math.floor(row / steps)}, step ${row % steps}, output ${feature}, so the next one has no input`,
  );
}
