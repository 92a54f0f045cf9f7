import { binWidth, type Histogram } from '../../src/batch/histogram.ts';
import { toShortest } from '../../src/encode/number.ts';
import { toCount } from '../progress.ts';
import { data, type Html, html } from './html.ts';

const WIDTH = 640;
const HEIGHT = 160;

/** A bin as it is drawn. */
interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A histogram as a drawing, and as a table for those who read it. */
export function toHistogramHtml(histogram: Histogram): Html {
  const bins = toBins(histogram);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const { name, min, max, notFinite } = histogram;
  if (total === 0) return html`<p>No row has a number for ${data(name)}.</p>${toNotFinite(notFinite)}`;
  const range = `from ${toShortest(min)} to ${toShortest(max)}`;
  return html`
<figure>
<figcaption>Rows by ${data(name)}, ${range}</figcaption>
${min === max ? html`<p>All ${toCount(total)} rows have ${toShortest(min)}.</p>` : html`${toDrawing(name, bins, range)}${toTable(name, bins)}`}
${toNotFinite(notFinite)}
</figure>`;
}

function toBins(histogram: Histogram): readonly Bin[] {
  const width = binWidth(histogram);
  const all = histogram.counts.map((count, index): Bin => {
    const from = (histogram.first + index) * width;
    return { from, to: from + width, count };
  });
  if (histogram.exponent === null) return all;
  return all.slice(0, all.findLastIndex(({ count }) => count > 0) + 1);
}

function toDrawing(name: string, bins: readonly Bin[], range: string): Html {
  const highest = Math.max(...bins.map(({ count }) => count));
  const step = WIDTH / bins.length;
  const bars = bins.map(({ from, to, count }, index) => {
    const height = count === 0 ? 0 : Math.max(1, (count / highest) * HEIGHT);
    return html`
<rect x="${round(index * step + 1)}" y="${round(HEIGHT - height)}" width="${round(step - 2)}" height="${round(height)}"><title>${toRange(from, to)}: ${toCount(count)}</title></rect>`;
  });
  const [first, last] = [bins[0], bins.at(-1)];
  return html`
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 24}" role="img" aria-label="Histogram of ${name}, ${range}: the table below has its numbers">
<g class="bars">${bars}
</g>
<line x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>
<text x="0" y="${HEIGHT + 18}">${toNumber(first?.from ?? 0)}</text>
<text x="${WIDTH / 2}" y="${HEIGHT + 18}" text-anchor="middle">highest: ${toCount(highest)} rows</text>
<text x="${WIDTH}" y="${HEIGHT + 18}" text-anchor="end">${toNumber(last?.to ?? 0)}</text>
</svg>`;
}

function toTable(name: string, bins: readonly Bin[]): Html {
  const rows = bins.map(
    ({ from, to, count }) => html`
<tr><th scope="row">${toRange(from, to)}</th><td class="n">${toCount(count)}</td></tr>`,
  );
  return html`
<details><summary>Numbers</summary>
<table><thead><tr><th scope="col">${data(name)}</th><th scope="col" class="n">rows</th></tr></thead><tbody>${rows}
</tbody></table></details>`;
}

function toNotFinite(count: number): Html | undefined {
  return count === 0 ? undefined : html`<p>${toCount(count)} rows have no number: infinite, or none.</p>`;
}

function toRange(from: number, to: number): string {
  return `${toNumber(from)} to ${toNumber(to)}`;
}

/** A bound of a bin, as short as tells it from the next. */
function toNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function round(length: number): number {
  return Math.round(length * 100) / 100;
}
