import type { ProblemCount } from '../../src/batch/problem-count.ts';
import type { Tally } from '../../src/batch/tally.ts';
import { toCount } from '../progress.ts';
import { toSeconds } from '../score-summary.ts';
import { data, type Html, html } from './html.ts';
import type { ReportData, ReportInput } from './report-data.ts';

/** Labels and columns that have a line of their own: the most frequent. */
const SHOWN = 20;

/** What came of all inputs. */
export function toTotalsHtml({ inputs, tally, seconds }: ReportData): Html {
  const { scored, failed } = tally;
  const bytes = inputs.reduce((sum, input) => sum + input.bytes, 0);
  const facts: readonly (readonly [string, string])[] = [
    ['files', toCount(inputs.length)],
    ['rows scored', toCount(scored)],
    ['rows failed', toCount(failed)],
    ['time', toSeconds(seconds)],
    ['rows a second', toCount(seconds > 0 ? (scored + failed) / seconds : 0)],
    ['MB a second', (seconds > 0 ? bytes / 1e6 / seconds : 0).toFixed(1)],
  ];
  return html`
<dl class="totals">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** The inputs, each with what became of it. */
export function toInputsHtml(inputs: readonly ReportInput[]): Html {
  const rows = inputs.map(
    ({ name, state, scored, failed, seconds, output, error }) => html`
<tr><th scope="row">${data(name)}</th><td>${state === 'succeeded' ? state : html`<span class="bad">${state}</span>`}${error === undefined ? undefined : html`<br/>${data(error)}`}</td><td class="n">${toCount(scored)}</td><td class="n">${toCount(failed)}</td><td class="n">${seconds.toFixed(2)}</td><td>${data(output)}</td></tr>`,
  );
  return html`
<section><h2>Inputs</h2>
<div class="wide"><table><thead><tr><th scope="col">input</th><th scope="col">state</th><th scope="col" class="n">rows scored</th><th scope="col" class="n">rows failed</th><th scope="col" class="n">seconds</th><th scope="col">results</th></tr></thead><tbody>${rows}
</tbody></table></div></section>`;
}

/** How often each label was given; nothing for a model without labels. */
export function toLabelsHtml({ labels, otherLabels, scored }: Tally): Html | undefined {
  if (labels.length === 0) return undefined;
  const line = (label: Html, rows: number): Html => html`
<tr><th scope="row">${label}</th><td class="n">${toCount(rows)}</td><td class="n">${toPercent(rows, scored)}</td><td class="share-cell"><span class="share" style="width:${toPercent(rows, scored)}"></span></td></tr>`;
  const others = labels.slice(SHOWN).reduce((sum, { rows }) => sum + rows, otherLabels);
  const otherCount = `${toCount(Math.max(0, labels.length - SHOWN))}${otherLabels > 0 ? ' and more' : ''}`;
  return html`
<section><h2>Labels</h2>
<div class="wide"><table><thead><tr><th scope="col">label</th><th scope="col" class="n">rows</th><th scope="col" class="n">part</th><th scope="col"><span aria-hidden="true"></span></th></tr></thead><tbody>${labels
    .slice(0, SHOWN)
    .map(({ label, rows }) =>
      line(label === '' ? html`(none)` : data(label), rows),
    )}${others > 0 ? line(html`${otherCount} other labels`, others) : undefined}
</tbody></table></div></section>`;
}

/** What was wrong with rows, by one of their sides. */
export function toProblemsHtml(
  title: string,
  side: string,
  problems: readonly ProblemCount[],
): Html | undefined {
  if (problems.length === 0) return undefined;
  const rows = problems.slice(0, SHOWN).map(
    ({ name, rows: count, examples }) => html`
<tr><th scope="row"><code>${data(name)}</code></th><td class="n">${toCount(count)}</td><td><ul>${examples.map(
      ({ source, line, message }) => html`<li>${data(source)}, line ${toCount(line)}: ${data(message)}</li>`,
    )}</ul></td></tr>`,
  );
  const others = problems.length - SHOWN;
  return html`
<section><h2>${title}</h2>
<div class="wide"><table><thead><tr><th scope="col">${side}</th><th scope="col" class="n">rows</th><th scope="col">examples</th></tr></thead><tbody>${rows}
</tbody></table></div>${others > 0 ? html`<p>${toCount(others)} more, with fewer rows each.</p>` : undefined}</section>`;
}

/** What scored, as it was told, and when. */
export function toRunHtml({ model, options, startedAt, finishedAt }: ReportData): Html {
  const facts: readonly (readonly [string, string])[] = [
    ['model', `${model.name} ${model.version}`],
    ['digest', model.digest],
    ['model from', model.uri],
    ['begun', startedAt],
    ['ended', finishedAt],
    ...options,
  ];
  return html`
<section><h2>Run</h2>
<div class="wide"><table><tbody>${facts.map(
    ([name, value]) => html`
<tr><th scope="row">${data(name)}</th><td>${data(value)}</td></tr>`,
  )}
</tbody></table></div></section>`;
}

function toPercent(part: number, whole: number): string {
  return `${whole === 0 ? '0.0' : ((part / whole) * 100).toFixed(1)}%`;
}
