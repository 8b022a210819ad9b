// What the JavaScript peers share: a case folder read, and the lines of the benchmark answered (README.md has the protocol).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The case in a folder, its input, its target, and the network's arrays by name: `{ shape, data }`, all float32. */
export function readCase(folder) {
  const { arrays, ...rest } = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8'));
  const read = ({ shape, file }) => ({
    shape,
    data: new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer),
  });
  const { x, target, ...parameters } = Object.fromEntries(
    Object.entries(arrays).map(([name, entry]) => [name, read(entry)]),
  );
  return { ...rest, x, target, parameters };
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

/** A peer's package, which `load` imports; or an end, as this peer cannot run here. */
export async function found(load) {
  try {
    return await load();
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    say({ missing: error.message });
    process.exit(0);
  }
}

/** Report the first answer, then run and time what is asked for. A turn ends when its result is there; its first use is not timed, as it compiles. */
export async function serve({ outputs, ...first }, turns) {
  say({ ...first, ready: true, outputs: [...outputs].slice(0, 8) });
  const warm = new Set();
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, count] = line.split(' ');
    if (command === 'quit') break;
    const turn = turns[command];
    if (!warm.has(command)) await turn();
    warm.add(command);
    const ms = [];
    for (let k = 0; k < Number(count); k++) {
      const began = performance.now();
      await turn();
      ms.push(performance.now() - began);
    }
    say({ ms });
  }
  process.exit(0);
}
