import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const root = new URL('..', import.meta.url).pathname;
/** `npx rivulet` is the command as it is built here; a TypeScript example runs as what Node itself would make of it. */
const shell = `exec 2>&1; set -eo pipefail
npx() { if [ "$1" != rivulet ]; then exit 99; fi; shift; command node '${join(root, 'dist/cli/main.js')}' "$@"; }
node() { command node "\${@/%.ts/.js}"; }
`;

const run = (script, cwd) =>
  new Promise((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
    execFile('bash', ['-c', shell + script], { cwd, env, maxBuffer: 2 ** 26 }, (error, printed) =>
      resolve({ code: error === null ? 0 : Number(error.code), printed }),
    );
  });

const fences = /^```(?<language>\w+)(?: (?<name>\S+))?\n(?<body>[\s\S]*?)^```$/dgm;
const number = /-?\d+\.\d+(?:e[+-]\d+)?/;
const literal = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +');

/** Whether this was printed: numbers with a point to 2 %, since engines with multiply-add round otherwise and training carries it on. */
function agrees(printed, shown) {
  const pieces = shown.trimEnd().split(new RegExp(`(…|${number.source})`));
  const pattern = pieces.map((piece, k) => {
    if (k % 2 === 0) return literal(piece);
    return piece === '…' ? '[\\s\\S]*?' : `(${number.source})`;
  });
  const match = new RegExp(`^${pattern.join('')}$`).exec(printed.trimEnd());
  const wanted = pieces.filter((piece, k) => k % 2 === 1 && piece !== '…').map(Number);
  return match !== null && wanted.every((value, k) => Math.abs(Number(match[k + 1]) - value) <= 0.02 * Math.abs(value));
}

/** What a run prints, without what the clock says; what a page leaves out before the first blank line and between epochs is left out again. */
function abridged(printed, shown) {
  const clock = /(?<= {2})\d[\d.]* (?:ms|s|min)(?= {2}best|$)|\d[\d.]* (?:ms|s|min)(?= of training| in all)/gm;
  let text = `${printed.trimEnd()}\n`.replaceAll(clock, '…');
  if (shown.startsWith('…\n')) text = text.replace(/^[\s\S]*?\n\n/, '…\n');
  if (/^…\nepoch/m.test(shown)) text = text.replace(/^(epoch +2\/.*\n)(?:epoch.*\n)+(epoch.*)$/m, '$1…\n$2');
  return text;
}

/**
 * A page with what its sessions print today. Its fences are carried out in order, in a folder: one with the name of a file is written there,
 * one of `sh` is run, and one of `text` right behind it is what the run prints, where `…` stands for anything.
 * `# exit code N` in a shell fence says that it ends so. `began` is told of each command.
 */
export async function carriedOut(page, folder, began = (_command) => {}) {
  let printed;
  let result = '';
  let end = 0;
  for (const { groups, indices } of page.matchAll(fences)) {
    const { language, name, body } = groups;
    const [from, to] = indices.groups.body;
    let shown = body;
    if (name) {
      writeFileSync(join(folder, name), body);
      if (language === 'ts') writeFileSync(join(folder, name.replace(/ts$/, 'js')), withoutTypes(body));
    }
    if (language === 'text' && printed !== undefined && !agrees(printed, body)) shown = abridged(printed, body);
    printed = undefined;
    if (language === 'sh') {
      began(body);
      const ended = await run(body, folder);
      const wanted = Number(/# exit code (\d+)/.exec(body)?.[1] ?? 0);
      if (ended.code !== wanted)
        throw new Error(`exit code ${ended.code}, wanted ${wanted}, of\n${body}\n${ended.printed}`);
      printed = ended.printed;
    }
    result += page.slice(end, from) + shown;
    end = to;
  }
  return result + page.slice(end);
}

const withoutTypes = (source) =>
  ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;
