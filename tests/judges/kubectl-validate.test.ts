import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from '@jest/globals';
import { deploymentNames, deployments } from '../../manifests/environments/index.ts';
import { writeManifests } from '../../manifests/main.ts';
import { authenticationFile } from '../../manifests/targets/authentication/authentication.ts';
import { crdFolders } from '../crds.ts';
import { run, scratch, withTool } from './tool.ts';

await withTool('kubectl-validate', () => {
  const validate = (folder: string) =>
    run('kubectl-validate', [folder, '--version', '1.35', ...crdFolders().flatMap((crds) => ['--local-crds', crds])]);

  test('Every document has the schema of its kind, those of the operators included', async () => {
    const folder = scratch();
    const files = writeManifests(folder, deploymentNames).map(({ file }) => join(folder, file));
    // The API server's own configuration is no object of its API; tests/e2e/identity.test.ts starts one with it.
    for (const environment of Object.values(deployments)) rmSync(join(folder, authenticationFile(environment)), { force: true });
    const { code, text } = await validate(folder);
    const lines = stripVTControlCharacters(text)
      .split('\n')
      .filter((line) => line !== '');
    expect(lines.toSorted()).toEqual(files.map((file) => `${file}...OK`).toSorted());
    expect(code).toBe(0);
  });

  test('a field that the kind does not have is rejected', async () => {
    const folder = join(scratch(), 'broken');
    mkdirSync(folder);
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'b' }, spec: { portz: [] } };
    writeFileSync(join(folder, 'service.yaml'), JSON.stringify(service));
    const { code, text } = await validate(folder);
    expect(text).toMatch(/portz/);
    expect(code).not.toBe(0);
  });
});
