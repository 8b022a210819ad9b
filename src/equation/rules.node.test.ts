import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { functions } from './functions.ts';
import { parse } from './parse.ts';

const page = readFileSync(new URL('../../docs/equations.md', import.meta.url), 'utf8');
const rules = [...page.matchAll(/^\*\*(E\d+)\*\*/gm)].map(([, rule]) => rule!);

test('the rules are numbered in order', () => {
  expect(rules).toEqual(rules.map((_, k) => `E${k + 1}`));
});

test('every rule has a test whose title cites it, and every citation a rule', () => {
  const cited = new Set<string>();
  for (const folder of ['../equation/', '../cells/']) {
    const here = new URL(folder, import.meta.url);
    for (const file of readdirSync(here).filter((name) => name.endsWith('.test.ts'))) {
      const text = readFileSync(new URL(file, here), 'utf8');
      const titles = text.matchAll(/^(?: *test\(|\]\)\()(['"`])(.*?)\1, /gms);
      for (const [, , title] of titles) for (const rule of title!.match(/\bE\d+\b/g) ?? []) cited.add(rule);
    }
  }
  expect([...cited].toSorted()).toEqual(rules.toSorted());
});

test('the examples of the page parse', () => {
  const examples = [...page.matchAll(/^```equation\n([\s\S]*?)^```/gm)].map(([, text]) => text!);
  expect(examples.length).toBeGreaterThan(5);
  for (const text of examples) expect(parse(text, 'docs').lines.length).toBeGreaterThan(0);
});

test('E23 the page lists the functions there are', () => {
  const listed = /\*\*E23\*\*[^`]*`([^`]+)` take one/.exec(page)![1]!.split(/\s+/);
  expect([...listed, 'min', 'max', 'dropout'].toSorted()).toEqual(Object.keys(functions).toSorted());
});
