import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The sections of docs/README.md in order: a title, and the files that it lists with the titles they have themselves. */
export function contents(root) {
  const page = join(root, 'docs/README.md');
  const [, ...sections] = readFileSync(page, 'utf8').split(/^## /m);
  const files = (text) =>
    [...text.matchAll(/^- \[[^\]]*\]\(([^)]+)\)/gm)].map(([, path]) => resolve(root, 'docs', path));
  return [
    { title: 'Contents', files: [page] },
    ...sections.map((text) => ({ title: text.slice(0, text.indexOf('\n')), files: files(text) })),
  ].map((section) => ({ ...section, titles: section.files.map(titleOf) }));
}

const titleOf = (file) => /^# (.*)$/m.exec(readFileSync(file, 'utf8'))[1];
