import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { deploymentNames } from '../../manifests/environments/index.ts';
import { writeManifests } from '../../manifests/main.ts';
import { acceptedFindings, accepts } from './accepted-findings.ts';
import { run, scratch, withTool } from './tool.ts';

const report = z.object({
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Misconfigurations: z.array(z.object({ ID: z.string(), Severity: z.string(), Message: z.string() })).default([]),
      }),
    )
    .default([]),
});
type Finding = z.output<typeof report>['Results'][number]['Misconfigurations'][number] & { readonly target: string };

async function findingsIn(folder: string): Promise<Finding[]> {
  const file = join(scratch(), 'report.json');
  const { code, text } = await run('trivy', ['config', '--skip-check-update', '--quiet', '--format', 'json', '--output', file, folder]);
  if (code !== 0) throw new Error(text);
  const { Results } = report.parse(JSON.parse(readFileSync(file, 'utf8')));
  return Results.flatMap(({ Target, Misconfigurations }) => Misconfigurations.map((each) => ({ ...each, target: Target })));
}
const isAccepted = (finding: Finding) => acceptedFindings.some((accepted) => accepts(accepted, finding));

await withTool('trivy', () => {
  test('Trivy finds no misconfiguration in the manifests and the Dockerfile but those written down', async () => {
    const folder = scratch();
    writeManifests(folder, deploymentNames);
    cpSync('Dockerfile', join(folder, 'Dockerfile'));
    const findings = await findingsIn(folder);
    expect(findings.filter((finding) => !isAccepted(finding))).toEqual([]);
    const gone = acceptedFindings.filter((accepted) => !findings.some((finding) => accepts(accepted, finding)));
    expect(gone).toEqual([]);
  });

  test('and would find a privileged container', async () => {
    const folder = join(scratch(), 'broken');
    mkdirSync(folder);
    const container = { name: 'a', image: 'a/b:1.0', securityContext: { privileged: true } };
    writeFileSync(
      join(folder, 'pod.yaml'),
      JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b' }, spec: { containers: [container] } }),
    );
    expect((await findingsIn(folder)).filter((finding) => !isAccepted(finding)).map(({ ID }) => ID)).toContain('KSV-0017');
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
