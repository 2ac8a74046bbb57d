import { writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Finding } from '../../scripts/docs/judges/decision.ts';
import { nothing, synthesized, undecided } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

/** Grades below are findings. */
const good = 10;
const report = z.array(
  z.object({
    object_name: z.string(),
    checks: z
      .array(
        z.object({
          check: z.object({ id: z.string() }),
          grade: z.number(),
          skipped: z.boolean(),
          comments: z.array(z.object({ path: z.string(), summary: z.string() })).nullable(),
        }),
      )
      .nullable(),
  }),
);

async function findingsIn(files: readonly string[], name: string): Promise<Finding[]> {
  const { stdout } = await run('kube-score', ['score', '--output-format', 'json', ...files]);
  return report
    .parse(JSON.parse(stdout))
    .flatMap(({ object_name, checks }) =>
      (checks ?? [])
        .filter(({ grade, skipped }) => grade < good && !skipped)
        .flatMap(({ check, comments }) =>
          (comments ?? []).map(({ path, summary }) => ({ rule: check.id, where: `${name} ${object_name} ${path}`, message: summary })),
        ),
    );
}

await withTool('kube-score', () => {
  test('kube-score finds what was accepted, and nothing else', async () => {
    const { folder, files } = synthesized();
    const findings = await Promise.all(
      Object.entries(Object.groupBy(files, dirname)).map(([environment, charts = []]) => findingsIn(charts, relative(folder, environment))),
    );
    expect(undecided('kube-score', findings.flat())).toEqual(nothing);
  });

  test('and would find a StatefulSet without a Service', async () => {
    const file = join(scratch(), 'stateful-set.yaml');
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'a/b:1.0' }] } };
    const spec = { serviceName: 'gone', selector: { matchLabels: { a: 'b' } }, template };
    writeFileSync(file, JSON.stringify({ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'a', namespace: 'b' }, spec }));
    const { found } = undecided('kube-score', await findingsIn([file], 'broken'));
    expect(found.map(({ rule }) => rule)).toContain('statefulset-has-servicename');
  });
}, ['version']);
