import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type DeploymentName, deploymentNames } from '../service/contract/product.ts';
import { deployments } from './environments/index.ts';
import { declarationMistakes } from './network/declarations.ts';
import { render, type SynthesizedChart, type SynthOptions, synthesize } from './synth.ts';

/**
 * Writes `<out>/<environment>/<chart>.yaml`, references below `references`; nothing of an earlier run stays in such a folder.
 * @throws when a rule does not hold, or the contract declares a connection that nobody can use
 */
export function writeManifests(out: string, wanted: readonly DeploymentName[], options: SynthOptions = {}): readonly SynthesizedChart[] {
  const mistakes = declarationMistakes(Object.values(deployments));
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  const charts = wanted.flatMap((environment) => synthesize(environment, options));
  for (const folder of new Set(charts.map(({ file }) => dirname(file)))) rmSync(join(out, folder), { recursive: true, force: true });
  for (const chart of charts) {
    const path = join(out, chart.file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, render(chart));
  }
  return charts;
}

// `cdk8s synth` runs this file and says where to write.
if (import.meta.main) writeManifests(process.env.CDK8S_OUTDIR ?? 'dist', deploymentNames);
