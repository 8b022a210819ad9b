/** The first fault of a piece of XML-like markup: a tag left open, closed wrongly, or a bare special character. */
export function fault(markup: string): string | undefined {
  const empty = new Set(['meta']);
  const open: string[] = [];
  let at = 0;
  for (const match of markup.matchAll(/<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>|<!doctype html>/g)) {
    const between = markup.slice(at, match.index);
    if (/[<>]/.test(between) && open.at(-1) !== 'style') return `bare bracket in ${between.slice(0, 60)}`;
    if (/&(?!(amp|lt|gt|quot|#\d+);)/.test(between + (match[3] ?? ''))) return `bare & in ${between.slice(0, 60)}`;
    if (/="(NaN|Infinity|undefined)/.test(match[0])) return match[0];
    at = match.index + match[0].length;
    const name = match[2];
    if (name === undefined || match[4] === '/' || empty.has(name)) continue;
    if (match[1] !== '/') open.push(name);
    else if (open.pop() !== name) return `</${name}> closes something else`;
  }
  return open.length === 0 ? undefined : `<${open.at(-1)}> is never closed`;
}

/** What in a page asks something of a network, or runs. */
export const reachesOut = (html: string): string | undefined =>
  /https?:|<script|<link|@import|url\(/.exec(
    html.replaceAll(/http:\/\/www\.w3\.org\/(2000\/svg|1998\/Math\/MathML)/g, ''),
  )?.[0];
