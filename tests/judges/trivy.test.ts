import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod';
import { vulnerabilityGate } from '../../.github/src/workflows/shared.ts';
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

/** An advisory for all versions of a package of npm. */
interface Advisory {
  readonly ID: string;
  readonly Package: string;
  readonly Severity: 'CRITICAL' | 'HIGH' | 'MEDIUM';
  readonly Vulnerable: readonly ['>=0.0.0'];
  readonly Patched: readonly string[];
}

/** The result of the scan that stops a release, of the files of the image, if Trivy knows this advisory only. */
async function scanOfImage(advisory: Pick<Advisory, 'Package' | 'Severity' | 'Patched'>) {
  const cache = scratch();
  const advisories: Advisory[] = [{ ID: 'CVE-2026-0000001', Vulnerable: ['>=0.0.0'], ...advisory }];
  await run('trivy-db', [join(cache, 'db')], JSON.stringify(advisories));
  const gate = Object.entries(vulnerabilityGate).map(([name, value]) => `--${name}=${value}`);
  const offline = ['--skip-db-update', '--skip-version-check', '--offline-scan', '--cache-dir', cache];
  return run('trivy', ['rootfs', '--scanners', 'vuln', ...gate, ...offline, 'build/service']);
}

await withTool('trivy-db', () => {
  beforeAll(async () => {
    expect(await run('npm', ['run', 'build', '--', 'service'])).toMatchObject({ code: 0 });
  });

  test.each([
    { Package: 'koa', Severity: 'HIGH', Patched: ['99.0.0'], code: 1 },
    { Package: '@koa/router', Severity: 'CRITICAL', Patched: ['99.0.0'], code: 1 },
    { Package: 'koa', Severity: 'HIGH', Patched: [], code: 0 },
    { Package: 'koa', Severity: 'MEDIUM', Patched: ['99.0.0'], code: 0 },
    { Package: 'jest', Severity: 'CRITICAL', Patched: ['99.0.0'], code: 0 },
  ] as const)('A $Severity vulnerability of $Package with the fixes $Patched ends the scan of the image with $code', async (given) => {
    const { code, text } = await scanOfImage(given);
    expect({ code, isNamed: text.includes('CVE-2026-0000001') }).toEqual({ code: given.code, isNamed: given.code === 1 });
  });
});
