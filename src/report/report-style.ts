import { figureStyle, lightColours } from './figure-style.ts';

/** The style sheet of a report: the colours of figures, brightened for dark pages. */
export const reportStyle = `
:root { color-scheme: light dark; ${lightColours} }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1d2125; --ink: #e8eaed; --quiet: #9aa4af;
  --grid: #2c3238; --base: #59626c; --one: #56b4e9; --two: #ff9e4a; --three: #34d1a0; --four: #f0a3cf; --five: #f0e442; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif; }
main { max-width: 768px; margin: 0 auto; padding: 40px 24px 64px; }
header p { font-size: 1.1rem; max-width: 62ch; }
h1 { overflow-wrap: anywhere; font-size: 1.9rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 12px; }
h2 { font-size: 1.15rem; letter-spacing: -0.005em; margin: 0 0 8px; }
section { margin-top: 44px; }
p { margin: 0 0 12px; }
ul { margin: 0 0 14px; padding-left: 1.2em; } li { overflow-wrap: anywhere; }
.lead, .quiet, figcaption, footer { color: var(--quiet); font-size: 0.9rem; }
figure { margin: 12px 0; }
figcaption { margin-top: 8px; }
svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.ours { font-weight: 650; }
${figureStyle}
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr)); gap: 12px 16px; margin: 12px 0; }
.panels svg { width: 100%; max-width: 480px; }
@media screen and (max-width: 560px) { figure { overflow-x: auto; } svg[width="720"] { min-width: 560px; max-width: none; } }
.key { font-size: 0.9rem; }
.swatch { display: inline-block; width: 20px; height: 2px; vertical-align: middle; margin: 0 6px 0 0; }
.swatch.ink { background: var(--ink); height: 4px; opacity: 0.28; } .swatch.two { background: var(--two); margin-left: 14px; }
table { border-collapse: collapse; font-size: 0.92rem; width: 100%; }
th, td { text-align: left; font-weight: inherit; padding: 5px 16px 5px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
@media screen and (max-width: 700px) { table { display: block; overflow-x: auto; } }
thead th { color: var(--quiet); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
@media screen and (max-width: 700px) { td.text:last-child { min-width: 13em; } }
th[scope=row] { overflow-wrap: anywhere; min-width: 8em; }
th[scope=row] .quiet { display: block; font-weight: 400; font-size: 0.82rem; line-height: 1.35; }
table + table { margin-top: 20px; }
table + .lead { margin-top: 10px; }
details { margin-bottom: 12px; }
.ours { color: var(--one); }
.equation { overflow-x: auto; padding: 16px 18px; margin: 12px 0 10px; background: var(--card); border-radius: 8px; font-size: 0.9rem; }
mfrac > * { padding: 0.15em 0.1em; }
math { font-family: 'STIX Two Math', 'Latin Modern Math', 'Cambria Math', math; }
pre { background: var(--card); border-radius: 8px; padding: 14px 18px; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.85rem/1.5 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.option { white-space: nowrap; }
summary { cursor: pointer; color: var(--quiet); font-size: 0.9rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(220px, 1fr)); gap: 0 24px; margin: 0 0 24px; font-size: 0.92rem; }
dl div { display: flex; justify-content: space-between; gap: 12px; border-bottom: 1px solid var(--grid); padding: 5px 0; }
dt { color: var(--quiet); } dd { margin: 0; text-align: right; }
footer { margin-top: 56px; }
@media print { .equation { overflow: visible; font-size: 8.5pt; } :root { --paper: #fff; --card: #f6f7f8; --ink: #000; --quiet: #444; --grid: #ddd; --base: #999; --one: #0072b2; --two: #d55e00; --three: #009e73; --four: #cc79a7; --five: #a87900; color-scheme: light; }
  main { max-width: none; padding: 0; } section { margin-top: 28px; } figure, .panels svg, tr, .equation, pre { break-inside: avoid; }
  figure:has(> .panels) { break-inside: auto; } h2, .lead, .key { break-after: avoid; }
  .bar, .dot, .swatch, .equation, pre { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
`.trim();
