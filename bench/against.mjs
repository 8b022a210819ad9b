import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ours } from './contestants.mjs';
import { casesOf, compared, raceOn, races, raceTable } from './races.mjs';
import { summary } from './statistics.mjs';

/** The compiled library of a revision, in a work tree of its own with this checkout's dependencies, which is removed at the exit. */
function buildOf(root, revision) {
  const git = (...args) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    git('rev-parse', '--verify', '--quiet', `${revision}^{commit}`);
  } catch {
    throw new Error(`--against is "${revision}", but git knows no such revision here`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'rivulet-against-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
    git('worktree', 'prune');
  });
  const tree = join(folder, 'tree');
  git('worktree', 'add', '--detach', tree, revision);
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: tree, stdio: ['ignore', 'inherit', 'inherit'] });
  return join(tree, 'dist');
}

/** Processes of each build in turn, because one may be lucky for as long as it lives. */
const generations = 3;

const rotated = (list, by) => [...list.slice(by), ...list.slice(0, by)];

/** One build's rows of all generations as one; the row that failed, where one did. */
function pool(rows) {
  const failed = rows.find((row) => !row.rounds);
  if (failed) return failed;
  const rounds = rows.flatMap((row) => row.rounds);
  return { ...rows[0], rounds, ms: summary(rounds.flat()) };
}

/** Race this checkout against another revision, and against itself: as far as those two are apart, a ratio says nothing. */
export async function measureAgainst(context) {
  const { options, root, note } = context;
  const { against } = options;
  note(`building ${against}`);
  const builds = [ours(against, { build: buildOf(root, against) }), ours('this'), ours('this again')];
  const references = { [`× ${against}`]: ({ name }) => name === against };
  const tables = [];
  for (const name of Object.keys(races)) {
    const rows = [];
    for (const of of casesOf(name, options)) {
      note(`${name} ${of.name}`);
      const found = [];
      for (let generation = 0; generation < generations; generation++)
        found.push(await raceOn(name, of, rotated(builds, generation), context));
      const pooled = builds.map((build) => pool(found.map((rows) => rows.find((row) => row.name === build.name))));
      rows.push(...compared(pooled, references));
    }
    if (rows.length > 0) tables.push(raceTable(name, rows, references));
  }
  return tables;
}
