import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type EnvironmentName, environmentNames } from '../service/contract/product.ts';
import { render, type SynthesizedChart, type SynthOptions, synthesize } from './synth.ts';

/** Writes `<out>/<environment>/<chart>.yaml`; nothing of an earlier run stays in an environment's folder. */
export function writeManifests(out: string, wanted: readonly EnvironmentName[], options: SynthOptions = {}): readonly SynthesizedChart[] {
  const charts = wanted.flatMap((environment) => synthesize(environment, options));
  for (const environment of wanted) rmSync(join(out, environment), { recursive: true, force: true });
  for (const chart of charts) {
    const path = join(out, chart.file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, render(chart));
  }
  return charts;
}

// `cdk8s synth` runs this file and says where to write.
if (import.meta.main) writeManifests(process.env.CDK8S_OUTDIR ?? 'dist', environmentNames);
