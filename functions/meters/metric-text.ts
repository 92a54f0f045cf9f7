import type { Histogram } from './histogram.ts';
import type { Metric } from './metrics.ts';

/** The type of what {@link toMetricText} writes. */
export const METRIC_TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** One value of a metric. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One histogram of a metric. */
export interface HistogramSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly histogram: Histogram;
}

/**
 * A metric in Prometheus' text format 0.0.4:
 * https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function toMetricText(
  name: string,
  { type, help }: Metric,
  samples: Iterable<Sample | HistogramSample>,
): string {
  let text = `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
  for (const sample of samples) {
    const { labels = {} } = sample;
    text +=
      'value' in sample ? toLine(name, labels, sample.value) : toBuckets(name, labels, sample.histogram);
  }
  return text;
}

function toBuckets(name: string, labels: Readonly<Record<string, string>>, histogram: Histogram): string {
  const counts = histogram.cumulative();
  const lines = counts.map((count, place) => {
    const bound = histogram.bounds[place];
    return toLine(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : String(bound) }, count);
  });
  const sum = toLine(`${name}_sum`, labels, histogram.sum);
  return `${lines.join('')}${sum}${toLine(`${name}_count`, labels, counts.at(-1) ?? 0)}`;
}

function toLine(name: string, labels: Readonly<Record<string, string>>, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${toNumber(value)}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function toNumber(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}
