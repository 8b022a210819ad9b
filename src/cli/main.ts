#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { processConsole } from './console.ts';
import { run } from './run.ts';

// Node 20 has relaxed SIMD (a fused multiply-add in the kernels) behind this flag; it acts on modules compiled later.
if (Number.parseInt(process.versions.node, 10) < 22) setFlagsFromString('--experimental-wasm-relaxed-simd');

// A reader that goes away (`rivulet … | head`) is no error. A command that has something to end then listens too.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupt.abort());

process.exitCode = await run(process.argv.slice(2), processConsole(interrupt.signal), (text) => {
  process.stderr.write(text);
});
