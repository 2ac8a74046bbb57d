import type { Environment } from '../environments/environment.ts';
import { type CanaryStep, type Gate, type ProgressiveStrategy, stepsOf } from '../environments/strategy.ts';
import { scrapeSeconds } from './scrape.ts';

/** An environment whose releases run beside the one before for a while; undefined: they are rolled. */
export const progressiveStrategyOf = ({ strategy }: Pick<Environment, 'strategy'>): ProgressiveStrategy | undefined =>
  strategy === undefined || strategy.kind === 'rolling' ? undefined : strategy;

/** Pods of the new release beside so many of the old one, at that share of the callers; one at least. */
export const canaryReplicas = (stable: number, weight: number): number => Math.max(1, Math.ceil((stable * weight) / 100));

/** The most of them in an environment; none where releases are rolled. */
export function maxCanaryReplicas(environment: Pick<Environment, 'strategy' | 'workloads'>): number {
  const strategy = progressiveStrategyOf(environment);
  const most = Math.max(0, ...(strategy ? stepsOf(strategy) : []).map(({ weight }) => weight));
  return strategy ? canaryReplicas(environment.workloads.api.scaling.max, most) : 0;
}

/** Looks of Prometheus that a soak must have room for: the first may come late. */
const leastLooks = 3;

/**
 * @param path of the construct that declares it
 * @throws when an environment cannot do what its strategy asks; names both sides
 */
export function validateStrategy(path: string, environment: Environment): void {
  const strategy = progressiveStrategyOf(environment);
  if (!strategy) return;
  const mistakes = [
    ...edgeMistakes(strategy, environment),
    ...stepMistakes(stepsOf(strategy), strategy.kind === 'canary' ? 99 : 100),
    ...(strategy.gate ? gateMistakes(strategy.gate, stepsOf(strategy), environment) : []),
  ];
  if (mistakes.length > 0) throw new Error(mistakes.map((mistake) => `${path}: ${environment.name}: ${mistake}`).join('\n'));
}

const edgeMistakes = ({ kind }: ProgressiveStrategy, { edge }: Environment): string[] =>
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

function gateMistakes({ prometheus, leastRequests = 1 }: Gate, steps: readonly CanaryStep[], { monitoring }: Environment): string[] {
  const least = leastLooks * scrapeSeconds.service;
  const short = steps.findIndex(({ soakSeconds }) => soakSeconds < least);
  return [
    ...(monitoring ? [] : ['the strategy has a gate that asks Prometheus, but the environment has no monitoring: nobody scrapes its pods']),
    ...(prometheus === 'bundled' && monitoring?.kind === 'operator'
      ? ["the gate asks the bundled Prometheus, but the environment's monitoring is of the kind operator"]
      : []),
    ...(short === -1
      ? []
      : [`step ${short + 1} is watched for ${steps[short]?.soakSeconds} s, but Prometheus needs ${least} s to look ${leastLooks} times`]),
    ...(leastRequests >= 1 ? [] : [`the gate is content with ${leastRequests} requests, but no data is never a pass: 1 at least`]),
  ];
}
