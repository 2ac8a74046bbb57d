import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { synthesized } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

const pluto = (folder: string) =>
  run('pluto', ['detect-files', '--directory', folder, '--output', 'wide', '--target-versions', 'k8s=v1.36.0']);

await withTool('pluto', () => {
  test('pluto finds no API version that Kubernetes 1.36 deprecates or no longer serves', async () => {
    expect(await pluto(synthesized().folder)).toMatchObject({ code: 0 });
  });

  test('and would find an old one', async () => {
    const folder = scratch();
    const old = { apiVersion: 'autoscaling/v2beta2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'a', namespace: 'b' }, spec: {} };
    writeFileSync(join(folder, 'old.yaml'), JSON.stringify(old));
    const { code, text } = await pluto(folder);
    expect(text).toMatch(/autoscaling\/v2beta2/);
    expect(code).not.toBe(0);
  });
});
