import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import * as z from 'zod';

export type MetricValues = Pick<MetricObjectWithValues<MetricValue<string>>, 'name' | 'type' | 'help' | 'aggregator' | 'values'>;

type Sample = MetricValues['values'][number];

const exemplarSchema = z.object({ labelSet: z.record(z.string(), z.string()), value: z.number(), timestamp: z.number() });

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

const labelsText = (labels: Sample['labels']) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(',');

const numberText = (value: number) => (Number.isFinite(value) || Number.isNaN(value) ? String(value) : value > 0 ? '+Inf' : '-Inf');

/** The latest request of a bucket, if it was traced. */
function exemplarText(sample: Sample): string {
  if (!('exemplar' in sample) || sample.exemplar === null || sample.exemplar === undefined) return '';
  const { labelSet, value, timestamp } = exemplarSchema.parse(sample.exemplar);
  return ` # {${labelsText(labelSet)}} ${numberText(value)} ${timestamp}`;
}

function sampleText(name: string, sample: Sample): string {
  const full = 'metricName' in sample && typeof sample.metricName === 'string' ? sample.metricName : name;
  const labels = labelsText(sample.labels);
  return `${full}${labels === '' ? '' : `{${labels}}`} ${numberText(sample.value)}${exemplarText(sample)}\n`;
}

/** Names of counters end in `_total`, and those of their families do not. */
function familyText({ name, help, type, values }: MetricValues): string {
  const family = String(type) === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${escaped(help)}\n# TYPE ${family} ${type}\n${values.map((sample) => sampleText(name, sample)).join('')}`;
}

/**
 * Metrics as OpenMetrics 1.0, the format with exemplars. prom-client's registries write either this format or the text format, and rename
 * their counters for it.
 */
export const openMetricsText = (metrics: readonly MetricValues[]): string => `${metrics.map(familyText).join('')}# EOF\n`;
