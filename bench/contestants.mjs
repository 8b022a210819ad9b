import { join } from 'node:path';
import { start } from './contestant.mjs';
import { peers } from './peers/peers.mjs';

/**
 * Who may take part: a name, the threads it is given, and how it is started on a case folder.
 * @typedef {{ name: string, threads: number, command: (folder: string) => readonly [string, readonly string[]] }} Entrant
 */

/** @returns {Entrant} This library, of this build or another, with options of `program`. */
export function ours(name, { threads = 1, ...options } = {}) {
  const flags = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-wasm-relaxed-simd'] : [];
  const given = Object.entries({ threads, ...options }).flatMap(([option, value]) => [`--${option}`, String(value)]);
  const script = join(import.meta.dirname, 'ours.mjs');
  return { name, threads, command: (folder) => [process.execPath, [...flags, script, folder, ...given]] };
}

/** @returns {Entrant[]} The peers that know a case's model and can do its shape, on one thread and on as many as they may use. */
export const peersFor = ({ model, shape }, { peers: wanted, threads }) =>
  peers
    .filter(({ models, shapes }) => models.includes(model) && (shapes?.includes(shape) ?? true))
    .filter(({ name }) => wanted?.includes(name) ?? true)
    .flatMap(({ name, command, threads: canShare }) =>
      (canShare && threads > 1 ? [1, threads] : [1]).map((count) => ({
        name,
        threads: count,
        command: (folder) => command(folder, count),
      })),
    );

/** Throws where a name is of no peer. */
export function checkPeers(/** @type {readonly string[]} */ wanted) {
  const unknown = wanted.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown !== undefined)
    throw new Error(`--peers names "${unknown}"; there are ${peers.map(({ name }) => name).join(', ')}, or none`);
}

/** How far apart two answers may be: what float32 allows in values and in gradients after a few hundred sub-steps. */
const allowed = { loss: 1e-4, gradient: 1e-3, output: 1e-4 };

/** How far an answer is from another of the same case, relative to it, and whether that is near enough. An answer may lack a gradient. */
export function difference({ loss, gradNorm, outputs }, wanted) {
  const largest = Math.max(...wanted.outputs.map(Math.abs), 1e-3);
  const off = {
    loss: Math.abs(loss - wanted.loss) / wanted.loss,
    ...(gradNorm !== undefined && { gradient: Math.abs(gradNorm - wanted.gradNorm) / wanted.gradNorm }),
    output: Math.max(...wanted.outputs.map((v, k) => Math.abs(v - outputs[k]))) / largest,
  };
  return { off, passed: Object.entries(off).every(([what, by]) => by <= allowed[what]) };
}

/**
 * Start entrants on a case and check each one's answers against those of the first, which is known to be right. Says of each what it is:
 * a running contestant, missing (with the reason), or failed.
 */
export async function admit(/** @type {readonly Entrant[]} */ entrants, /** @type {string} */ folder) {
  const admitted = [];
  for (const { name, threads, command } of entrants) {
    const entry = { name, threads };
    admitted.push(entry);
    try {
      const contestant = await start(...command(folder));
      const { ready } = contestant;
      if (ready.missing !== undefined) {
        entry.missing = ready.missing;
        await contestant.close();
        continue;
      }
      entry.versions = { [ready.peer]: ready.versions };
      entry.fma = ready.fma;
      entry.memory = ready.memory;
      entry.check = difference(ready, admitted[0].contestant?.ready ?? ready);
      if (entry.check.passed) entry.contestant = contestant;
      else {
        entry.failed = `another answer: ${JSON.stringify(entry.check.off)}`;
        await contestant.close();
      }
    } catch (error) {
      entry.failed = error.message;
    }
  }
  return admitted;
}

/** Throws where an entrant's answer on a case folder is not that of the float64 oracle, and returns how far they are apart at most. */
export async function checkAgainstOracle(/** @type {readonly Entrant[]} */ entrants, /** @type {string} */ folder) {
  const [oracle, ...admitted] = await admit([ours('oracle', { backend: 'javascript' }), ...entrants], folder);
  const worst = { loss: 0, gradient: 0, output: 0 };
  for (const { name, contestant, check, failed } of [oracle, ...admitted]) {
    await contestant?.close();
    if (failed !== undefined) throw new Error(`${name} is not what the oracle says in ${folder}: ${failed}`);
    for (const [what, by] of Object.entries(check?.off ?? {})) worst[what] = Math.max(worst[what], by);
  }
  return worst;
}
