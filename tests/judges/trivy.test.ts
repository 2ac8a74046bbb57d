import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Finding } from '../../scripts/docs/judges/decision.ts';
import { nothing, synthesized, undecided } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

const report = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Misconfigurations: z.array(z.object({ ID: z.string(), Message: z.string() })).default([]),
      }),
    )
    .default([]),
});

async function findingsIn(folder: string): Promise<Finding[]> {
  const file = join(scratch(), 'report.json');
  const { code, text } = await run('trivy', ['config', '--skip-check-update', '--quiet', '--format', 'json', '--output', file, folder]);
  if (code !== 0) throw new Error(text);
  const { Results } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Results.flatMap(({ Target, Misconfigurations }) =>
    Misconfigurations.map(({ ID, Message }) => ({ rule: ID, where: Target, message: Message })),
  );
}

await withTool('trivy', () => {
  test('Trivy finds no misconfiguration in the manifests and the Dockerfile but those written down', async () => {
    const { folder } = synthesized();
    cpSync('Dockerfile', join(folder, 'Dockerfile'));
    expect(undecided('Trivy', await findingsIn(folder))).toEqual(nothing);
  });

  test('and would find a privileged container', async () => {
    const folder = join(scratch(), 'broken');
    mkdirSync(folder);
    const container = { name: 'a', image: 'a/b:1.0', securityContext: { privileged: true } };
    writeFileSync(
      join(folder, 'pod.yaml'),
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' }, spec: { containers: [container] } }),
    );
    expect(undecided('Trivy', await findingsIn(folder)).found.map(({ rule }) => rule)).toContain('KSV-0017');
  });

  test('and no secret in the repository, where it would see one', async () => {
    const skipped = ['node_modules', 'dist', 'build', '.leyenda'].flatMap((folder) => ['--skip-dirs', folder]);
    const secrets = (folder: string) => run('trivy', ['fs', '--scanners', 'secret', '--quiet', '--exit-code', '9', ...skipped, folder]);
    expect(await secrets('.')).toMatchObject({ code: 0 });
    const folder = scratch();
    writeFileSync(join(folder, 'settings.ts'), `export const token = 'ghp_${'a1B2c3D4e5F6'.repeat(3)}';`);
    expect(await secrets(folder)).toMatchObject({ code: 9 });
  });
});
