import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Milliseconds that a contestant may take to get ready, or for one turn: compilers of other libraries take minutes. */
const patience = 300_000;

/**
 * A running contestant: what it said of itself and its first answers, and what can be asked of it.
 * @typedef {object} Contestant
 * @property {{ peer?: string, versions?: Record<string, string>, loss?: number, gradNorm?: number, outputs?: number[], fma?: boolean, memory?: number, missing?: string }} ready
 * @property {(line: string) => Promise<{ ms?: number[], missing?: string }>} ask
 * @property {() => Promise<void>} close
 */

/** The line of a complaint that says most: the last one that names an error. */
const reason = (complaint) => {
  const lines = complaint.trim().split('\n');
  return lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1);
};

/**
 * Start `command` with its arguments and wait for its first line. Throws, with the end of what it complained of, when it ends or says what
 * is no JSON.
 * @returns {Promise<Contestant>}
 */
export async function start(/** @type {string} */ command, /** @type {readonly string[]} */ args) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (bytes) => {
    complaint = (complaint + bytes).slice(-2000);
  });
  child.stdin.on('error', () => {}); // a contestant that has ended is noticed by its output
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(`ended with ${signal ?? code}: ${reason(complaint)}`));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const listen = async () => {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patience, { late: true });
    });
    const { late: isLate, done, value } = await Promise.race([lines.next(), late]);
    clearTimeout(timer);
    if (isLate) {
      child.kill();
      throw new Error(`said nothing for ${patience / 1000} s`);
    }
    if (done) throw new Error(await ended);
    return JSON.parse(value);
  };
  const close = async () => {
    child.stdin.end('quit\n');
    const timer = setTimeout(() => child.kill(), 5000);
    await ended;
    clearTimeout(timer);
  };
  const ask = (line) => {
    child.stdin.write(`${line}\n`);
    return listen();
  };
  try {
    return { ready: await listen(), ask, close };
  } catch (error) {
    await close();
    throw error;
  }
}
