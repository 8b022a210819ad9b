// The peers of the benchmark, each a program that speaks the lines of README.md. `shapes` are those that it ends on in reasonable time; without it, all.
import { join } from 'node:path';

const here = import.meta.dirname;
const python = process.env.BENCH_PYTHON ?? 'python3';

/** A Python peer's command; no bytecode is left behind. */
const script =
  (file, ...more) =>
  (folder, threads) => [python, ['-B', join(here, 'python', file), folder, '--threads', String(threads), ...more]];

/** The command of a peer that Node runs; jax-js unrolls whole sequences, for which the usual stack is small. */
const node =
  (...path) =>
  (folder, threads) => [
    process.execPath,
    ['--stack-size=7000', join(here, ...path), folder, '--threads', String(threads)],
  ];

/** Every peer: `command(folder, threads)` is a program and its arguments; with `threads`, it may have several. */
export const peers = [
  { name: 'pytorch', command: script('pytorch.py'), models: ['ltc', 'cfc', 'cfc-pure', 'lstm', 'gru'], threads: true },
  {
    name: 'torch-compile',
    command: script('pytorch.py', '--mode', 'compile'),
    models: ['ltc', 'cfc', 'cfc-pure'],
    threads: true,
  },
  { name: 'jax', command: script('jax_scan.py'), models: ['ltc', 'cfc', 'cfc-pure', 'lstm', 'gru'], threads: true },
  { name: 'tfjs', command: node('tfjs', 'peer.mjs'), models: ['ltc'], threads: false, shapes: ['A32', 'N19'] },
  { name: 'jax-js', command: node('jax-js', 'peer.mjs'), models: ['ltc'], threads: false, shapes: ['A32', 'N19'] },
  { name: 'c', command: node('c', 'peer.mjs'), models: ['ltc'], threads: false },
];
