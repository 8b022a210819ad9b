import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

/*
 * Guides that a reader can follow line by line. Their fences are carried out in order, in an empty folder: one with the name of a
 * file is written there, one of `sh` is run, and one of `text` right behind it is what the run prints, where `…` stands for anything.
 * `# exit code N` in a shell fence says that it ends so. `npx vitest run test/sessions -u` puts what is printed now into the pages.
 */
const guides = ['first-steps', 'own-csv', 'forecasting', 'choosing', 'adding-a-cell'];

const root = new URL('..', import.meta.url).pathname;
/** `npx rivulet` is the command as it is built here; a TypeScript example runs as what Node itself would make of it. */
const shell = `exec 2>&1; set -eo pipefail
npx() { if [ "$1" != rivulet ]; then exit 99; fi; shift; command node '${join(root, 'dist/cli/main.js')}' "$@"; }
node() { command node "\${@/%.ts/.js}"; }
`;

const run = (script: string, cwd: string) =>
  new Promise<{ code: number; printed: string }>((resolve) => {
    const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
    execFile('bash', ['-c', shell + script], { cwd, env }, (error, printed) =>
      resolve({ code: error === null ? 0 : Number(error.code), printed }),
    );
  });

const fences = /^```(?<language>\w+)(?: (?<name>\S+))?\n(?<body>[\s\S]*?)^```$/dgm;
const number = /-?\d+\.\d+(?:e[+-]\d+)?/;
const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +');

/** Whether this was printed: numbers with a point to 2 %, since engines with multiply-add round otherwise and training carries it on. */
function agrees(printed: string, shown: string): boolean {
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
function abridged(printed: string, shown: string): string {
  const clock = /(?<= {2})\d[\d.]* (?:ms|s|min)(?= {2}best|$)|\d[\d.]* (?:ms|s|min)(?= of training| in all)/gm;
  let text = `${printed.trimEnd()}\n`.replaceAll(clock, '…');
  if (shown.startsWith('…\n')) text = text.replace(/^[\s\S]*?\n\n/, '…\n');
  if (/^…\nepoch/m.test(shown)) text = text.replace(/^(epoch +2\/.*\n)(?:epoch.*\n)+(epoch.*)$/m, '$1…\n$2');
  return text;
}

/** The page with what its sessions print today. */
async function repeated(page: string, folder: string): Promise<string> {
  let printed: string | undefined;
  let result = '';
  let end = 0;
  for (const { groups, indices } of page.matchAll(fences)) {
    const { language, name, body } = groups as { language: string; name?: string; body: string };
    const [from, to] = indices!.groups!.body!;
    let shown = body;
    if (name) {
      writeFileSync(join(folder, name), body);
      if (language === 'ts') writeFileSync(join(folder, name.replace(/ts$/, 'js')), withoutTypes(body));
    }
    if (language === 'text' && printed !== undefined && !agrees(printed, body)) shown = abridged(printed, body);
    printed = undefined;
    if (language === 'sh') {
      const ended = await run(body, folder);
      expect(ended.code, `${body}\n${ended.printed}`).toBe(Number(/# exit code (\d+)/.exec(body)?.[1] ?? 0));
      printed = ended.printed;
    }
    result += page.slice(end, from) + shown;
    end = to;
  }
  return result + page.slice(end);
}

const withoutTypes = (source: string) =>
  ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      rewriteRelativeImportExtensions: true,
    },
  }).outputText;

for (const guide of guides) {
  test.concurrent(`docs/${guide}.md shows what its commands print`, async ({ expect }) => {
    const path = join(root, 'docs', `${guide}.md`);
    mkdirSync(join(root, 'runs'), { recursive: true });
    // In the repository, so that examples import the built library by its name, as a user does.
    const folder = mkdtempSync(join(root, `runs/${guide}-`));
    try {
      await expect(await repeated(readFileSync(path, 'utf8'), folder)).toMatchFileSnapshot(path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
