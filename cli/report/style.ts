/** The style of a report: light, or dark where the reader's system is; no resource is fetched. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #57606a; --line: #d0d7de; --paper: #fff; --bar: #0b66c3; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #a3acb5; --line: #3d444d; --paper: #14171a; --bar: #6cb0f5; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
.totals { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem; margin: 1.5rem 0; }
.totals div { display: flex; flex-direction: column-reverse; }
.totals dt { color: var(--soft); } .totals dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 400; min-width: 8rem; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bad { color: var(--bad); }
figure { margin: 1rem 0; } figcaption { margin-bottom: 0.5rem; }
svg { display: block; width: 100%; max-width: 40rem; height: auto; } svg .bars { fill: var(--bar); } svg line { stroke: var(--line); } svg text { fill: var(--soft); font-size: 13px; }
.share { display: block; height: 0.6rem; background: var(--bar); min-width: 1px; }
.share-cell { width: 12rem; vertical-align: middle; }
ul { margin: 0; padding-left: 1rem; } li { overflow-wrap: anywhere; }
code { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
details { margin: 0.5rem 0; } summary { cursor: pointer; color: var(--soft); }
@media print { body { max-width: none; } details { display: none; } }
`;
