import { Failure } from '../cli/failure.ts';
import { perSecondOf, type Scenario } from './scenarios.ts';
import type { Reply } from './send.ts';

/** A limit of the key or the address, as the headers RateLimit-Policy and RateLimit state it. */
interface Limit {
  readonly name: string;
  readonly quota: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  readonly secondsLeft: number;
}

const items = (header: string | undefined) => (header ?? '').split(', ').map((item) => /^"(\w+)";\w=(\d+);\w=(\d+)$/.exec(item));

/** The limits in a response; empty if no limit applies to its endpoint. */
export function limitsIn({ header }: Pick<Reply, 'header'>): readonly Limit[] {
  const policies = new Map(items(header('ratelimit-policy')).map((match) => [match?.[1], match]));
  return items(header('ratelimit')).flatMap((match) => {
    const [name, remaining, secondsLeft] = [match?.[1], Number(match?.[2]), Number(match?.[3])];
    const [quota, windowSeconds] = [Number(policies.get(name)?.[2]), Number(policies.get(name)?.[3])];
    return name === undefined ? [] : [{ name, quota, windowSeconds, remaining, secondsLeft }];
  });
}

/** Requests per second that a limit allows during a run of so many seconds. */
function allowedPerSecond({ quota, windowSeconds, remaining, secondsLeft }: Limit, seconds: number): number {
  const first = remaining / Math.min(seconds, Math.max(1, secondsLeft));
  const rest = seconds - secondsLeft;
  return rest <= 0 ? first : Math.min(first, quota / Math.min(windowSeconds, rest));
}

interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly rate: number;
  readonly seconds: number;
}

/** Requests per second that count in a limit. The status of a batch counts in the limits of the client, not in that of batches. */
const sentPerSecond = ({ name }: Limit, counted: readonly Scenario[], rate: number) => {
  const ofClient = name === 'caller' || name === 'network';
  return counted.reduce((sum, each) => sum + perSecondOf(each, rate) * (ofClient ? (each.requests ?? 1) : 1), 0);
};

/** The highest rate at which the scenarios that a limit counts stay below it. */
function highestRate(limit: Limit, counted: readonly Scenario[], { rate, seconds }: Plan): number {
  let lower = rate;
  while (lower > 1 && sentPerSecond(limit, counted, lower) > allowedPerSecond(limit, seconds)) lower -= 1;
  return lower;
}

/**
 * Checks that no limit rejects requests of the run: a run that measures a limit says nothing about the service.
 * @param limits of each scenario, from a response to it
 * @throws {Failure} `usage`, with the limit that is too low and the highest rate that it allows
 */
export function assertWithinLimits(limits: ReadonlyMap<Scenario, readonly Limit[]>, plan: Plan): void {
  const lowest = new Map<string, Limit>();
  for (const limit of [...limits.values()].flat())
    if ((lowest.get(limit.name)?.remaining ?? Number.POSITIVE_INFINITY) > limit.remaining) lowest.set(limit.name, limit);
  for (const limit of lowest.values()) {
    const { name, quota, windowSeconds, remaining } = limit;
    const counted = plan.scenarios.filter((scenario) => limits.get(scenario)?.some((each) => each.name === name));
    const sent = sentPerSecond(limit, counted, plan.rate);
    if (sent <= allowedPerSecond(limit, plan.seconds)) continue;
    throw new Failure(
      'usage',
      `the limit "${name}" is the bottleneck: it allows ${quota} requests in ${windowSeconds} s, of which ${remaining} are left, and the run would send ${sent.toFixed(1)} per second for ${plan.seconds} s`,
      `give a key with a larger quota, or --rate ${highestRate(limit, counted, plan)}`,
    );
  }
}

/** What a 429 during the run means. */
export const rateLimitedFailure = (reply: Reply) => {
  const [limit] = limitsIn(reply).filter(({ remaining }) => remaining === 0);
  const cause =
    limit === undefined
      ? 'a proxy in front of the service rejects requests with 429'
      : `the limit "${limit.name}" of ${limit.quota} requests in ${limit.windowSeconds} s is used up`;
  return new Failure(
    'usage',
    `${cause}: it is the bottleneck, not the service; the run was stopped`,
    'give a key with a larger quota, or a lower --rate',
  );
};
