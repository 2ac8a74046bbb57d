import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { deploymentNames } from './environments/index.ts';
import { writeManifests } from './main.ts';
import { render } from './synth.ts';

describe('writing manifests', () => {
  let out = '';
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), 'manifests-'));
  });
  afterEach(() => rmSync(out, { recursive: true }));

  const filesIn = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  const contents = (folder: string) => filesIn(folder).map((file) => [file.slice(folder.length), readFileSync(file, 'utf8')]);

  test('writes one file per chart, the configuration of the API server, and nothing else', () => {
    const charts = writeManifests(out, ['local', 'staging']);
    expect(charts.map(({ file }) => file)).toEqual([
      ...['platform', 'monitoring', 'data', 'service', 'edge'].map((chart) => `local/${chart}.yaml`),
      ...['platform', 'secrets', 'data', 'service', 'edge', 'observability'].map((chart) => `staging/${chart}.yaml`),
    ]);
    const authentication = 'staging/api-server/authentication.yaml';
    expect(filesIn(out)).toEqual([...charts.map(({ file }) => file), authentication].map((file) => join(out, file)).toSorted());
    for (const chart of charts) expect(readFileSync(join(out, chart.file), 'utf8')).toBe(render(chart));
  });

  // .ci/run compares with cdk8s itself, which is not installed here.
  test('writes the same files as the program that the cdk8s command line runs', () => {
    const [own, cdk8s] = [join(out, 'own'), join(out, 'cdk8s')];
    writeManifests(own, deploymentNames);
    const { app } = z.object({ app: z.string() }).parse(parse(readFileSync('cdk8s.yaml', 'utf8')));
    const { status, stderr } = spawnSync(app, { env: { PATH: process.env.PATH, CDK8S_OUTDIR: cdk8s }, shell: true, encoding: 'utf8' });
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(contents(cdk8s)).toEqual(contents(own));
  });
});
