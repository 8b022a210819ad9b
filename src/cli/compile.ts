import { resolve } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { saveFile } from '../files.ts';
import { saveCompiled } from '../save-compiled.ts';
import type { CompileCommand } from './commands.ts';
import type { Console } from './console.ts';
import { savedNetwork } from './saved-network.ts';
import { usageError } from './usage-error.ts';

/** Write a saved network as a compiled file, its notes with it. Exit code 0. */
export async function compile(
  { model: path, out, precision = 'float32' }: CompileCommand,
  io: Console,
): Promise<number> {
  const to = out ?? `${path.replace(/\.safetensors$/, '')}.wasm`;
  if (resolve(to) === resolve(path))
    throw usageError(`compile: --out "${to}" is the network itself; wanted another file`);
  const { model, notes } = await savedNetwork(path, 'compile');
  const bytes = saveCompiled(model, notes, { precision });
  await saveFile(to, bytes);
  const [size, packed] = [bytes.length, brotliCompressSync(bytes).length].map((length) => (length / 1000).toFixed(1));
  io.out(`${to}: ${size} kB, ${packed} kB packed by brotli, ${precision}\n`);
  return 0;
}
