import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cellOf, gradientOf, optimizerOf, solverOf } from '../src/cli/choices.ts';
import { parse } from '../src/cli/options.ts';

const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

/** The words of every `npx rivulet` in the shell fences of a page. */
function commands(page: string): string[][] {
  const shells = [...readFileSync(page, 'utf8').matchAll(/^```(?:sh|console)\n([\s\S]*?)^```$/gm)].map(
    ([, body]) => body!,
  );
  return shells
    .flatMap((body) => body.replaceAll('\\\n', ' ').split('\n'))
    .flatMap((line) => line.match(/npx rivulet(?: +(?:'[^']*'|"[^"]*"|[^\s|;&<>#'"]+))*/g) ?? [])
    .map((command) =>
      (command.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).slice(2).map((word) => word.replaceAll(/^['"]|['"]$/g, '')),
    );
}

for (const page of pages.filter((page) => commands(page).length > 0))
  test(`the commands of ${page} are understood`, () => {
    for (const words of commands(page)) {
      if (words.length === 1) continue; // `rivulet train` alone is what a config file says
      const command = parse(words);
      if (command.kind !== 'train') continue;
      const { cell, solver, optimizer, gradient } = command;
      if (cell && !cell.includes('$')) cellOf(cell);
      if (solver) solverOf(solver);
      if (optimizer) optimizerOf(optimizer);
      if (gradient) gradientOf(gradient);
    }
  });

test('the example pages have commands to understand', () => {
  expect(commands('docs/examples.md').map(([word]) => word)).toEqual(
    expect.arrayContaining(['data', 'train', 'eval', 'predict', 'stream', 'compare']),
  );
});
