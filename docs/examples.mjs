import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { carriedOut } from './sessions.mjs';

/*
 * node docs/examples.mjs FOLDER
 *
 * Carries out docs/examples.md on the data sets in a folder, as they were downloaded (in folders of it, packed by gzip or not), and
 * writes what is printed now into the page, and the figures of its reports beside it. Needs `npm run build`, bash, gunzip and tar; takes some minutes.
 */
const given = process.argv[2];
if (given === undefined) throw new Error('which folder holds the data? node docs/examples.mjs FOLDER');

const root = new URL('..', import.meta.url).pathname;
const path = join(root, 'docs/examples.md');
const page = readFileSync(path, 'utf8');
mkdirSync(join(root, 'runs'), { recursive: true });
const folder = mkdtempSync(join(root, 'runs/examples-'));
try {
  const files = readdirSync(resolve(given), { recursive: true, withFileTypes: true });
  // The table of the page says what there should be.
  for (const [, name] of page.matchAll(/^\| .* \| `(\S+)` \|$/gm)) {
    const found = files.find((file) => file.name.replace(/(?:\.tar)?(?:\.gz)?$/, '') === name);
    if (!found) throw new Error(`${given} holds no ${name}, and no ${name}.gz or ${name}.tar.gz either`);
    const from = join(found.parentPath, found.name);
    const [, tar, gz] = /(\.tar)?(\.gz)?$/.exec(found.name);
    if (tar) execFileSync('tar', [gz ? '-xzf' : '-xf', from, '-C', folder]);
    else if (gz) writeFileSync(join(folder, name), execFileSync('gunzip', ['-c', from], { maxBuffer: 2 ** 28 }));
    else execFileSync('cp', ['-r', from, folder]);
  }
  const now = await carriedOut(page, folder, (command) => process.stderr.write(command));
  writeFileSync(path, now);
  for (const [, file, run, figure] of page.matchAll(/\((figures\/examples-([^-)]+)-([^)]+)\.svg)\)/g))
    copyFileSync(join(folder, 'runs', run, 'figures', `${figure}.svg`), join(root, 'docs', file));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
