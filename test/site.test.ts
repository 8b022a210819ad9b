import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = new URL('..', import.meta.url).pathname;
const site = mkdtempSync(join(tmpdir(), 'rivulet-site-'));
interface Section {
  readonly files: readonly string[];
  readonly titles: readonly string[];
}
/** Markup of every page and drawing by its path in the site. */
const pages = new Map<string, string>();

beforeAll(() => {
  const options = ['--options', join(root, 'docs/site/typedoc.config.mjs'), '--out', site];
  // Ends with an error where there is a warning: a link to nothing, a type that is nowhere, a language that is not known.
  execFileSync(process.execPath, [join(root, 'node_modules/typedoc/bin/typedoc'), ...options], { cwd: root });
  for (const entry of readdirSync(site, { recursive: true, withFileTypes: true })) {
    if (!/\.(?:html|svg)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    pages.set(relative(site, path), readFileSync(path, 'utf8'));
  }
}, 120_000);
afterAll(() => rmSync(site, { recursive: true, force: true }));

test('every link of the documentation that stays inside leads to a file, and to a place in it', () => {
  const anchors = new Map(
    Array.from(pages, ([path, markup]) => [path, new Set([...markup.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!))]),
  );
  const broken: string[] = [];
  let count = 0;
  for (const [path, markup] of pages) {
    for (const [, link] of markup.matchAll(/ (?:href|src)="([^"]+)"/g)) {
      if (/^(?:https?|data):/.test(link!)) continue;
      count++;
      const [file, anchor] = decodeURI(link!.replaceAll('&amp;', '&')).split('#') as [string, string | undefined];
      const target = file === '' ? path : join(dirname(path), file);
      const isThere = anchor ? anchors.get(target)?.has(anchor) : existsSync(join(site, target));
      if (!isThere) broken.push(`${path}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
  expect(count).toBeGreaterThan(10_000);
});

test('the documentation has every guide, under the title that it has itself', async () => {
  const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const { contents } = await import(new URL('../docs/site/contents.mjs', import.meta.url).href);
  const listed: readonly Section[] = contents(root);
  const files = listed.flatMap((section) => section.files);
  expect(files).toEqual(expect.arrayContaining(guides.map((name) => join(root, 'docs', name))));
  for (const title of listed.flatMap(({ titles }) => titles)) {
    expect([...pages.values()].some((markup) => markup.includes(`<title>${title} | Rivulet`))).toBe(true);
  }
});

test('formulas and equations of the documentation are typeset', () => {
  const theory = pages.get('documents/Theory.html')!;
  const text = theory.replaceAll(/<pre>[\s\S]*?<\/pre>/g, '');
  expect(text.match(/<math /g)!.length).toBeGreaterThan(150);
  expect(text).not.toMatch(/\$\\|\\(?:frac|mathrm|le)\b/);
  expect(pages.get('documents/Cells.html')!.match(/<math /g)).toHaveLength(13);
});
