import { stages } from '../../contract/product.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { controls } from './controls.ts';

/** Least score in percent of an environment that is exposed to the internet. */
export const requiredScore = 95;

export interface ControlResult {
  readonly control: string;
  readonly weight: number;
  readonly item?: string;
  readonly met: boolean;
  /** First reason of a control that is not met. */
  readonly why?: string;
}
export interface SecurityScore {
  /** 100 × sum of the weights of met controls / sum of all weights, rounded down to a tenth. */
  readonly percent: number;
  /** Environments without access from the internet have no required score. */
  readonly passed: boolean;
  readonly controls: readonly ControlResult[];
  readonly unmet: readonly string[];
}

/** Checks every control on the rendered objects of an environment. */
export function securityScore(environment: Environment): SecurityScore {
  const rendered = { environment, objects: synthesizeEnvironment(environment).flatMap(({ objects }) => objects) };
  const results = controls.map(({ name, weight, item, unmet }): ControlResult => {
    const [why] = unmet(rendered);
    return { control: name, weight, met: why === undefined, ...(item && { item }), ...(why !== undefined && { why }) };
  });
  const sum = (all: readonly ControlResult[]) => all.reduce((total, { weight }) => total + weight, 0);
  const percent = Math.floor((1000 * sum(results.filter(({ met }) => met))) / sum(results)) / 10;
  return {
    percent,
    passed: percent >= requiredScore || !stages[environment.stage].exposed,
    controls: results,
    unmet: results.filter(({ met }) => !met).map(({ control, why }) => `${control} (${why})`),
  };
}
