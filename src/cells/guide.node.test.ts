import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from '../equation/parse.ts';
import { print } from '../equation/print.ts';
import { cells } from './index.ts';
import { mixed } from './mixed.ts';

const page = readFileSync(new URL('../../docs/cells.md', import.meta.url), 'utf8');
const shown = new Map(
  [...page.matchAll(/^```equation (\S+)\n([\s\S]*?)^```/gm)].map(([, name, text]) => [name!, text!]),
);

test('docs/cells.md has a row and a section for every cell there is, and for no other', () => {
  const names = Object.keys(cells).toSorted();
  const rows = [...page.matchAll(/^\| \[`(\S+)`\]\(#(\S+)\) \|/gm)];
  expect(rows.map(([, name]) => name!).toSorted()).toEqual(names);
  for (const [, name, target] of rows) expect(target).toBe(name);
  expect([...page.matchAll(/^### (.*)$/gm)].map(([, name]) => name!).toSorted()).toEqual(names);
  expect([...shown.keys()].toSorted()).toEqual([...names, 'mixed'].toSorted());
});

test.for(Object.entries({ ...cells, mixed: () => mixed(cells.cfc({ mode: 'no_gate' })) }))(
  'docs/cells.md shows the equation of %s as it is',
  ([name, make]) => {
    expect(print(parse(shown.get(name)!, 'docs'))).toBe(print(make().equation));
  },
);

test('docs/cells.md names the paper of every cell', () => {
  for (const [name, make] of Object.entries(cells)) {
    const section = page.slice(page.indexOf(`\n### ${name}\n`)).split(/\n##/)[1]!;
    const { paper } = make();
    expect(section, name).toContain(paper.slice(0, paper.search(/ et al|,| and /)));
    expect(section, name).toContain(/\d{4}/.exec(paper)![0]);
  }
});

test('docs/cells.md says which cells take any wiring', () => {
  const [, listed] = /declared `wired` \(([^)]*)\)/.exec(page)!;
  const wired = Object.keys(cells).filter((name) =>
    Object.values(cells[name as keyof typeof cells]().params).some((declaration) => declaration.wired),
  );
  expect([...listed!.matchAll(/`(\S+)`/g)].map(([, name]) => name!).toSorted()).toEqual(wired.toSorted());
});
