import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Finding } from '../../scripts/docs/judges/decision.ts';
import { nothing, synthesized, undecided } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

const failed = z.object({ check_id: z.string(), check_name: z.string(), file_path: z.string(), resource: z.string() });
const report = z.object({ results: z.object({ failed_checks: z.array(failed) }) });

async function findingsIn(folder: string): Promise<Finding[]> {
  const { stdout } = await run('checkov', ['--directory', folder, '--framework', 'kubernetes', '--compact', '--quiet', '--output', 'json']);
  const { failed_checks } = report.parse(JSON.parse(stdout)).results;
  return failed_checks.map(({ check_id, check_name, file_path, resource }) => ({
    rule: check_id,
    where: `${file_path} ${resource}`,
    message: check_name,
  }));
}

await withTool('checkov', () => {
  test('checkov finds what was accepted, and nothing else', async () => {
    expect(undecided('checkov', await findingsIn(synthesized().folder))).toEqual(nothing);
  });

  test('and would find a privileged container', async () => {
    const folder = scratch();
    const container = { name: 'a', image: 'a/b:1.0', securityContext: { privileged: true } };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' }, spec: { containers: [container] } };
    writeFileSync(join(folder, 'pod.yaml'), JSON.stringify(pod));
    expect(undecided('checkov', await findingsIn(folder)).found.map(({ rule }) => rule)).toContain('CKV_K8S_16');
  });
});
