import { reportStyle } from './report-style.ts';
import { element, safe } from './svg.ts';

/** What a page is made of; `sections` are markup, empty ones are left out. */
export interface Page {
  readonly title: string;
  readonly sections: readonly string[];
  /** Names the program and its version. */
  readonly maker: string;
}

/** One HTML file that needs nothing else: no network, no script; light, dark and on paper. */
export function page({ title, sections, maker }: Page): string {
  const head = [
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element('title', {}, safe(title)),
    element('style', {}, reportStyle),
  ];
  const body = [...sections, element('footer', {}, safe(maker))];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n<main>\n${body
    .filter((part) => part !== '')
    .join('\n')}\n</main>\n</body>\n</html>\n`;
}

/** The title of a page, and what it is about in a sentence or two. */
export function header(title: string, summary: string): string {
  return element('header', {}, element('h1', {}, safe(title)), element('p', {}, safe(summary)));
}

/** A section of a page under its title; `lead` says what `body`, which is markup, shows. */
export function section(title: string, body: string, lead?: string): string {
  return element('section', {}, element('h2', {}, safe(title)), lead ? remark(lead) : '', body);
}

/** A sentence that stands back. */
export const remark = (text: string): string => element('p', { class: 'lead' }, safe(text));

/** Facts, each on a line of its own. */
export const facts = (texts: readonly string[]): string =>
  element('ul', { class: 'quiet' }, ...texts.map((text) => element('li', {}, safe(text))));

/** A drawing in its place on a page. */
export function figure(drawing: string, caption?: string): string {
  return element('figure', {}, drawing, caption ? element('figcaption', {}, safe(caption)) : '');
}

/** Small drawings side by side, as many as there is room for. */
export function panels(drawings: readonly string[], caption?: string): string {
  return element(
    'figure',
    {},
    element('div', { class: 'panels' }, ...drawings),
    caption ? element('figcaption', {}, safe(caption)) : '',
  );
}

/** Text as it is written, folded away under what it is. */
export const folded = (what: string, text: string): string =>
  foldedAway(what, element('pre', {}, element('code', {}, safe(text))));

/** What many will not need, as markup, folded away under what it is. */
export const foldedAway = (what: string, body: string): string =>
  element('details', {}, element('summary', {}, safe(what)), body);

/** A table of numbers; its first column holds names, and those that `texts` lists hold texts. */
export function numbers(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  texts: readonly number[] = [],
): string {
  const row = (cells: readonly string[], scope: 'row' | 'col') =>
    element(
      'tr',
      {},
      ...cells.map((text, column) => {
        const place = column === 0 ? {} : { class: texts.includes(column) ? 'text' : 'number' };
        if (text === '' || (scope === 'row' && column > 0)) return element('td', place, safe(text));
        return element('th', { scope, ...place }, safe(text));
      }),
    );
  return element(
    'table',
    {},
    element('thead', {}, row(header, 'col')),
    element('tbody', {}, ...rows.map((cells) => row(cells, 'row'))),
  );
}

/** An equation as a page shows it: typeset (`mathml` is markup and is placed as it is), where it is from, and as text. */
export function equation({
  mathml,
  source,
  paper,
}: {
  readonly mathml: string;
  readonly source: string;
  readonly paper: string;
}): string {
  return [
    element('div', { class: 'equation' }, mathml),
    element('p', { class: 'quiet' }, safe(paper)),
    folded('As text', outdent(source)),
  ].join('');
}

function outdent(text: string): string {
  const lines = text.split('\n').filter((each) => each.trim() !== '');
  const depth = Math.min(...lines.map((each) => each.length - each.trimStart().length));
  return lines.map((each) => each.slice(depth)).join('\n');
}
