import type { Environment } from '../environments/environment.ts';
import { type CanaryStep, type Gate, type Strategy, stepsOf } from '../environments/strategy.ts';
import { scrapeSeconds } from '../prometheus/scrape.ts';

/** Number of canary pods for `stable` pods of the current release, at `weight` percent of the requests; at least one. */
export const canaryReplicas = (stable: number, weight: number): number => Math.max(1, Math.ceil((stable * weight) / 100));

/** Maximum number of canary pods in an environment; 0 without a strategy. */
export function maxCanaryReplicas({ strategy, workloads }: Pick<Environment, 'strategy' | 'workloads'>): number {
  const maxWeight = Math.max(0, ...(strategy ? stepsOf(strategy) : []).map(({ weight }) => weight));
  return strategy ? canaryReplicas(workloads.api.scaling.max, maxWeight) : 0;
}

/** Scrapes that a soak must cover; the first may be late. */
const minScrapes = 3;

/**
 * @param path of the construct that declares the strategy
 * @throws with all contradictions between the strategy and its environment
 */
export function validateStrategy(path: string, environment: Environment): void {
  const { strategy } = environment;
  if (!strategy) return;
  const violations = [
    ...validateEdge(strategy, environment),
    ...validateSteps(stepsOf(strategy), strategy.kind === 'canary' ? 99 : 100),
    ...(strategy.gate ? validateGate(strategy.gate, stepsOf(strategy)) : []),
  ];
  if (violations.length > 0) throw new Error(violations.map((violation) => `${path}: ${environment.name}: ${violation}`).join('\n'));
}

const validateEdge = ({ kind }: Strategy, { edge }: Environment): string[] =>
  edge.kind === 'gateway'
    ? []
    : [`strategy ${kind} shifts requests with the weights of a Gateway's route, but the edge is of the kind ${edge.kind}`];

function validateSteps(steps: readonly CanaryStep[], max: number): string[] {
  return steps.flatMap(({ weight, soakSeconds }, index) => {
    const previous = steps[index - 1]?.weight ?? 0;
    const isValid = Number.isInteger(weight) && weight >= 1 && weight <= max;
    return [
      ...(isValid ? [] : [`step ${index + 1} has the weight ${weight}, but a weight is a whole number from 1 to ${max}`]),
      ...(weight > previous
        ? []
        : [`step ${index + 1} has the weight ${weight}, but the previous step has ${previous}: weights must increase`]),
      ...(soakSeconds > 0 ? [] : [`step ${index + 1} soaks for ${soakSeconds} s, but must soak for more than 0 s`]),
    ];
  });
}

function validateGate({ minRequests = 1 }: Gate, steps: readonly CanaryStep[]): string[] {
  const minSeconds = minScrapes * scrapeSeconds.service;
  const short = steps.findIndex(({ soakSeconds }) => soakSeconds < minSeconds);
  return [
    ...(short === -1
      ? []
      : [`step ${short + 1} soaks for ${steps[short]?.soakSeconds} s, but Prometheus needs ${minSeconds} s for ${minScrapes} scrapes`]),
    ...(minRequests >= 1 ? [] : [`the gate accepts ${minRequests} requests, but missing data must never pass: require at least 1`]),
  ];
}
