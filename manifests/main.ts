import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { clusterEnvironments } from './environments/cluster-examples.ts';
import { type DeploymentName, deploymentNames, deployments } from './environments/index.ts';
import { validateConnections } from './network/connection-declarations.ts';
import { InvalidManifestsError } from './policies/invalid-manifests.ts';
import { render, type SynthesizedChart, type SynthOptions, synthesize } from './synth.ts';
import { authenticationFile, renderAuthentication } from './targets/authentication/authentication.ts';

/**
 * Writes `<out>/<environment>/<chart>.yaml` (references below `references`) and configuration files of the API server below
 * `<environment>/api-server`. Deletes files of earlier runs in these folders.
 * @throws InvalidManifestsError with all violations
 */
export function writeManifests(
  out: string,
  environments: readonly DeploymentName[],
  options: SynthOptions = {},
): readonly SynthesizedChart[] {
  const violations = validateConnections([...Object.values(deployments), ...clusterEnvironments]);
  if (violations.length > 0) throw new InvalidManifestsError(violations);
  const charts = environments.flatMap((environment) => synthesize(environment, options));
  for (const folder of new Set(charts.map(({ file }) => dirname(file)))) rmSync(join(out, folder), { recursive: true, force: true });
  for (const chart of charts) write(join(out, chart.file), render(chart));
  for (const environment of environments.map((name) => deployments[name])) {
    const authentication = renderAuthentication(environment);
    if (authentication !== undefined) write(join(out, authenticationFile(environment)), authentication);
  }
  return charts;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

// `cdk8s synth` runs this file and sets the output folder.
if (import.meta.main) {
  try {
    writeManifests(process.env.CDK8S_OUTDIR ?? 'dist', deploymentNames);
  } catch (error) {
    if (!(error instanceof InvalidManifestsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
