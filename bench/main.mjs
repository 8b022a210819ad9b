// The benchmark: npm run bench [-- options], which docs/benchmarks.md explains.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { measureAgainst } from './against.mjs';
import { measureColdStart } from './cold-start.mjs';
import { checkPeers } from './contestants.mjs';
import { measureCounts } from './counts.mjs';
import { measureMemory } from './memory.mjs';
import { readOptions, usage } from './options.mjs';
import { measureRace, races } from './races.mjs';
import { measureScaling } from './scaling.mjs';
import { markdown } from './tables.mjs';

const root = join(import.meta.dirname, '..');
const git = (...args) =>
  execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

/** What the numbers were found with. */
function setting() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  let revision;
  try {
    revision = git('describe', '--always', '--dirty');
  } catch {} // not a checkout
  const [cpu] = cpus();
  return {
    machine: {
      cpu: cpu.model,
      cores: cpus().length,
      memory: totalmem(),
      platform: `${process.platform} ${process.arch}`,
    },
    versions: { [name]: version, ...(revision && { revision }), node: process.versions.node, v8: process.versions.v8 },
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
  };
}

/** What is measured, one part after the other; each gives a table, several or none. */
const parts = [
  ...Object.keys(races).map((name) => (context) => measureRace(name, context)),
  measureColdStart,
  measureMemory,
  measureScaling,
];

/** What is measured with these options. */
const partsFor = ({ counts, against }) => {
  if (counts) return [measureCounts];
  return against === undefined ? parts : [measureAgainst];
};

async function main() {
  const options = readOptions(process.argv.slice(2));
  checkPeers(options.peers ?? []);
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-bench-'));
  process.once('SIGINT', () => process.exit(130)); // what is to be removed is removed at the exit
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const context = { options, folder, root, note: (what) => process.stderr.write(`${what}\n`) };
  const { machine, versions, command } = setting();
  if (!options.json)
    console.log(
      `${machine.cpu}, ${machine.cores} cores, ${machine.platform}; Node ${versions.node}; ${versions.revision ?? versions.rivulet}; \`${command}\``,
    );
  const tables = [];
  for (const measure of partsFor(options)) {
    for (const table of [(await measure(context)) ?? []].flat()) {
      tables.push(table);
      if (!options.json) console.log(`\n${markdown(table)}`);
    }
  }
  if (tables.length === 0)
    throw new Error(`--only is "${options.only.source}", but nothing that is measured matches it`);
  const found = tables.map(({ title, about, rows, notes }) => ({ title, about, rows, notes }));
  if (options.json) console.log(JSON.stringify({ machine, versions, command, tables: found }, null, 1));
}

try {
  await main();
} catch (error) {
  console.error(error.code?.startsWith('ERR_PARSE_ARGS') ? `${error.message}\n\n${usage}` : error.stack);
  process.exitCode = 1;
}
