import type { Environment } from '../environments/environment.ts';
import { type CanaryStep, type Gate, type Strategy, stepsOf } from '../environments/strategy.ts';
import { scrapeSeconds } from '../prometheus/scrape.ts';

/** Pods of the new release beside so many of the old one, at that share of the callers; one at least. */
export const canaryReplicas = (stable: number, weight: number): number => Math.max(1, Math.ceil((stable * weight) / 100));

/** The most of them in an environment; none where releases are rolled. */
export function maxCanaryReplicas({ strategy, workloads }: Pick<Environment, 'strategy' | 'workloads'>): number {
  const most = Math.max(0, ...(strategy ? stepsOf(strategy) : []).map(({ weight }) => weight));
  return strategy ? canaryReplicas(workloads.api.scaling.max, most) : 0;
}

/** Looks of Prometheus that a soak must have room for: the first may come late. */
const leastLooks = 3;

/**
 * @param path of the construct that declares it
 * @throws when an environment cannot do what its strategy asks; names both sides
 */
export function validateStrategy(path: string, environment: Environment): void {
  const { strategy } = environment;
  if (!strategy) return;
  const mistakes = [
    ...edgeMistakes(strategy, environment),
    ...stepMistakes(stepsOf(strategy), strategy.kind === 'canary' ? 99 : 100),
    ...(strategy.gate ? gateMistakes(strategy.gate, stepsOf(strategy)) : []),
  ];
  if (mistakes.length > 0) throw new Error(mistakes.map((mistake) => `${path}: ${environment.name}: ${mistake}`).join('\n'));
}

const edgeMistakes = ({ kind }: Strategy, { edge }: Environment): string[] =>
  edge.kind === 'gateway'
    ? []
    : [`strategy ${kind} shares callers by the weights of a Gateway's route, but the edge is of the kind ${edge.kind}`];

function stepMistakes(steps: readonly CanaryStep[], most: number): string[] {
  return steps.flatMap(({ weight, soakSeconds }, index) => {
    const before = steps[index - 1]?.weight ?? 0;
    const sound = Number.isInteger(weight) && weight >= 1 && weight <= most;
    return [
      ...(sound ? [] : [`step ${index + 1} has the weight ${weight}, but a weight is a whole number of 1 to ${most}`]),
      ...(weight > before ? [] : [`step ${index + 1} has the weight ${weight}, but the step before it has ${before}: each must have more`]),
      ...(soakSeconds > 0 ? [] : [`step ${index + 1} is watched for ${soakSeconds} s, but must be for more than 0`]),
    ];
  });
}

function gateMistakes({ leastRequests = 1 }: Gate, steps: readonly CanaryStep[]): string[] {
  const least = leastLooks * scrapeSeconds.service;
  const short = steps.findIndex(({ soakSeconds }) => soakSeconds < least);
  return [
    ...(short === -1
      ? []
      : [`step ${short + 1} is watched for ${steps[short]?.soakSeconds} s, but Prometheus needs ${least} s to look ${leastLooks} times`]),
    ...(leastRequests >= 1 ? [] : [`the gate is content with ${leastRequests} requests, but no data is never a pass: 1 at least`]),
  ];
}
