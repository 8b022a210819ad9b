import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

/*
 * Guides that a reader can follow line by line, carried out as `docs/sessions.mjs` says.
 * `npx vitest run test/sessions -u` puts what is printed now into the pages.
 */
const guides = ['first-steps', 'own-csv', 'forecasting', 'choosing', 'adding-a-cell'];

const root = new URL('..', import.meta.url).pathname;
const { carriedOut } = await import(new URL('../docs/sessions.mjs', import.meta.url).href);

for (const guide of guides) {
  test.concurrent(`docs/${guide}.md shows what its commands print`, async ({ expect }) => {
    const path = join(root, 'docs', `${guide}.md`);
    mkdirSync(join(root, 'runs'), { recursive: true });
    // In the repository, so that examples import the built library by its name, as a user does.
    const folder = mkdtempSync(join(root, `runs/${guide}-`));
    try {
      await expect(await carriedOut(readFileSync(path, 'utf8'), folder)).toMatchFileSnapshot(path);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
