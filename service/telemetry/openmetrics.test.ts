import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';
import { metricsFormats } from './metrics-formats.ts';

const [text, openMetrics] = metricsFormats;

test('OpenMetrics has the values of the text format, families without _total, and ends with EOF', async () => {
  const metrics = createMetrics();
  metrics.count('requests', { method: 'GET', route: '/"\n\\', status: '200' }, 3);
  metrics.observe('modelDuration', { model: 'm' }, 0.2);
  const lines = (await metrics.render(openMetrics)).split('\n');
  expect(lines).toContain('# TYPE instagram_captions_requests counter');
  expect(lines).toContain('instagram_captions_requests_total{method="GET",route="/\\"\\n\\\\",status="200"} 3');
  expect(lines.slice(-2)).toEqual(['# EOF', '']);
  const samplesOf = (rendered: readonly string[]) =>
    rendered
      .flatMap((line) => (/^instagram_captions_/.test(line) ? [line.replace(/\{(.*)\}/, (_, labels) => labels.split(',').sort())] : []))
      .sort();
  expect(samplesOf(lines)).toEqual(samplesOf((await metrics.render(text)).split('\n')));
});

test('An observation within a stored trace is the exemplar of its bucket', async () => {
  let traceId: string | undefined = '4bf92f3577b34da6a3ce929d0e0e4736';
  const metrics = createMetrics(() => traceId);
  metrics.observe('modelDuration', { model: 'm' }, 0.18);
  traceId = undefined;
  metrics.observe('modelDuration', { model: 'm' }, 0.6);
  const buckets = (await metrics.render(openMetrics)).split('\n').filter((line) => line.includes('model_duration_seconds_bucket'));
  expect(buckets.filter((line) => line.includes('#'))).toEqual([
    expect.stringMatching(/le="0\.2".* 1 # \{trace_id="4bf92f3577b34da6a3ce929d0e0e4736"\} 0\.18 \d+(\.\d+)?$/),
  ]);
  expect(await metrics.render(text)).not.toContain('trace_id');
});
