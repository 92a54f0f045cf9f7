/** The style of the page: one column on a phone, two beside each other on a screen; light or dark as the reader's system. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#ffffff, #14171c);
  --panel: light-dark(#f4f6f9, #1d222a);
  --ink: light-dark(#16191f, #e8ebf0);
  --soft: light-dark(#505a69, #a3adbb);
  --line: light-dark(#858f9e, #6b7584);
  --accent: light-dark(#1456c4, #7db0ff);
  --on-accent: light-dark(#ffffff, #0c1526);
  --bad: light-dark(#b3261e, #ff9a91);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.2; }
h2 { margin: 0 0 .75rem; font-size: 1.15rem; line-height: 1.3; }
h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0 .75rem; }
.soft, .hint { color: var(--soft); }
.hint, .problem { margin: .2rem 0 0; font-size: .875rem; }
.problem, .failed { color: var(--bad); font-weight: 600; }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem; }
main { display: grid; gap: 1rem; margin-top: 1rem; }
main > * { min-width: 0; }
section { background: var(--panel); border-radius: .5rem; padding: 1rem; }
.fields { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); }
.fields > div { min-width: 0; }
.fields > .wide { grid-column: 1 / -1; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
input, select, textarea, button, .button {
  min-height: 44px; max-width: 100%; padding: .5rem .75rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: .375rem;
}
.fields input, .fields select, .fields textarea { width: 100%; }
textarea { font-family: ui-monospace, monospace; font-size: .875rem; }
button, .button { display: inline-flex; align-items: center; cursor: pointer; text-decoration: none; }
.main-action { margin-top: 1rem; padding: .5rem 1.5rem; font-weight: 600; color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
[aria-invalid="true"] { border: 2px solid var(--bad); }
.answer { margin: 0; font-size: 2rem; font-weight: 700; line-height: 1.2; }
.bars { margin: .75rem 0 0; padding: 0; list-style: none; }
.bars li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; margin-bottom: .5rem; }
.bars b { font-variant-numeric: tabular-nums; }
.bar { grid-column: 1 / -1; height: .75rem; border: 1px solid var(--line); border-radius: .375rem; background: var(--paper); overflow: hidden; }
.bar > div { height: 100%; background: var(--accent); }
.code-head { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; justify-content: space-between; margin-top: .75rem; }
.code-head h3 { margin: 0; }
pre { margin: .5rem 0 0; padding: .75rem; max-height: 16rem; overflow: auto; background: var(--paper); border: 1px solid var(--line); border-radius: .375rem; white-space: pre-wrap; }
.drop { padding: 1rem; border: 2px dashed var(--line); border-radius: .5rem; }
.drop.over { border-color: var(--accent); background: var(--paper); }
#file-result { margin-top: .75rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin-top: .75rem; font-size: .875rem; }
caption { text-align: left; font-weight: 600; }
td { min-width: 8rem; }
th { white-space: nowrap; }
th, td { padding: .4rem .5rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
footer { padding: 1rem; font-size: .875rem; }
[hidden] { display: none; }
@media (min-width: 52rem) {
  main { grid-template-columns: 3fr 2fr; align-items: start; }
  .file { grid-column: 1 / -1; }
}
`;
