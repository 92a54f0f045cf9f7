import { toHistogramHtml } from './histogram-chart.ts';
import { data, type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { toInputsHtml, toLabelsHtml, toProblemsHtml, toRunHtml, toTotalsHtml } from './sections.ts';
import { REPORT_STYLE } from './style.ts';

/** Nothing is fetched and nothing runs, whatever a name in the data holds. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** A report as one page that needs nothing else: well-formed as HTML and as XML, without scripts. */
export function toReportHtml(report: ReportData): string {
  const { tally, model, startedAt } = report;
  const style: Html = { markup: REPORT_STYLE }; // our own, with nothing put in
  const { markup } = html`<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${POLICY}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>Scoring with ${model.name} ${model.version}, ${startedAt}</title>
<link rel="icon" href="data:,"/>
<style>${style}</style>
</head>
<body>
<main>
<h1>Scoring with ${data(`${model.name} ${model.version}`)}</h1>
${toTotalsHtml(report)}
${toInputsHtml(report.inputs)}
${toPredictionsHtml(report)}
${toLabelsHtml(tally)}
${toProblemsHtml('Failed rows by reason', 'code', tally.codes)}
${toProblemsHtml('Failed rows by column', 'column', tally.columns)}
${toRunHtml(report)}
</main>
</body>
</html>
`;
  return `<!DOCTYPE html>\n${markup}`;
}

function toPredictionsHtml({ tally }: ReportData): Html | undefined {
  if (tally.histograms.length === 0) return undefined;
  return html`<section><h2>Predictions</h2>${tally.histograms.map(toHistogramHtml)}
</section>`;
}
