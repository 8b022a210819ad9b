import { element, svg } from './svg.ts';

/** The colours of figures and pages on a light ground, after Okabe and Ito (2008), as CSS variables. */
export const lightColours = `--paper: #fff; --card: #f6f7f8; --ink: #16191d; --quiet: #5c6570; --grid: #e3e6ea;
  --base: #aab2bb; --one: #0072b2; --two: #d55e00; --three: #009e73;
  --four: #cc79a7; --five: #a87900;`;

/** The style of what is inside a figure, on a page or in a file of its own. */
export const figureStyle = `
svg text { font-size: 12px; fill: var(--ink); font-family: inherit; }
svg .tick, svg .axis, svg .note, svg .small { fill: var(--quiet); }
svg .tick, svg .value { font-variant-numeric: tabular-nums; }
svg .small { font-size: 8.5px; }
svg .strong { font-weight: 650; }
.grid, .base, .guide, .mark { stroke: var(--grid); stroke-width: 1; }
.base { stroke: var(--base); }
.guide { stroke-dasharray: 1 4; stroke: var(--base); }
.mark { stroke: var(--quiet); stroke-dasharray: 3 3; }
.curve { fill: none; stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; }
.curve.one { stroke: var(--one); } .curve.two { stroke: var(--two); } .curve.three { stroke: var(--three); }
.curve.four { stroke: var(--four); } .curve.five { stroke: var(--five); }
.curve.ink { stroke: var(--ink); stroke-width: 4; opacity: 0.28; } .curve.quiet { stroke: var(--quiet); }
.dot.one, .bar.one { fill: var(--one); } .dot.two, .bar.two { fill: var(--two); } .dot.three, .bar.three { fill: var(--three); }
.dot.quiet { fill: var(--quiet); }
.box { fill-opacity: 0.22; stroke-width: 1.25; }
.box.one { fill: var(--one); stroke: var(--one); } .box.two { fill: var(--two); stroke: var(--two); } .box.three { fill: var(--three); stroke: var(--three); }
.mean { fill: var(--paper); stroke: var(--ink); stroke-width: 1; }
.diamond { fill: var(--ink); stroke: var(--paper); stroke-width: 1; }
.thin { fill: none; stroke-width: 0.9; stroke-linejoin: round; stroke-linecap: round; }
.pixels { image-rendering: pixelated; }
`.trim();

/** Figures one below the other as an SVG file of its own, which brings its style and a white ground; `said` is what a screen reader says. */
export function standalone(said: string, ...figures: readonly string[]): string {
  const margin = 20;
  const sizes = figures.map((figure) =>
    /^<svg [^>]*width="([\d.]+)" height="([\d.]+)"/.exec(figure)!.slice(1).map(Number),
  );
  let below = margin;
  const placed = figures.map((figure, i) => {
    const y = below;
    below += sizes[i]![1]! + margin;
    return figure.replace('<svg ', `<svg x="${margin}" y="${y}" overflow="visible" `);
  });
  const width = Math.max(...sizes.map(([each]) => each!)) + 2 * margin;
  const root = `svg { ${lightColours} color-scheme: light; font-family: system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif; }`;
  const ground = element('rect', { width, height: below, fill: 'var(--paper)' });
  return `${svg(width, below, said, element('style', {}, `${root}\n${figureStyle}`), ground, ...placed)}\n`;
}
