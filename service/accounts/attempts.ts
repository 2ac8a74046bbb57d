import * as z from 'zod';

/** How many wrong passwords in a window are free, and how long the next try has to wait after that. */
export interface AttemptRule {
  /** Failures in a window after which tries have to wait; also the most passwords that are checked at the same time. */
  readonly free: number;
  /** Milliseconds from the first failure until all failures are forgotten. */
  readonly windowMs: number;
  /** Wait after failure number `free`, in milliseconds. Each further failure makes it four times as long, up to `longestMs`. */
  readonly firstMs: number;
  readonly longestMs: number;
}

const count = z.object({
  failed: z.int(),
  /** End of the window. Every time here is in milliseconds of the clock that the caller passes as `now`. */
  endsAt: z.number(),
  blockedUntil: z.number(),
  /** Checks that run now, by id, and when each is given up: a process that died must not occupy its place for ever. */
  pending: z.record(z.string(), z.number()),
});
type Count = z.output<typeof count>;

/** Counts of failed tries by name; plain JSON. */
export const attemptCounts = z.record(z.string(), count);
export type AttemptCounts = z.output<typeof attemptCounts>;
/** The rules that one try is subject to, by the name of the count that each rule looks at. */
export type AttemptRules = Readonly<Record<string, AttemptRule>>;

export type AttemptReservation =
  | { readonly state: 'reserved' }
  /** Checks that run now may use up what is left: ask again when they ended. */
  | { readonly state: 'busy' }
  | { readonly state: 'blocked'; readonly by: string; readonly waitMs: number };

/** `released`: the password was not checked. */
export type AttemptOutcome = 'right' | 'wrong' | 'released';

/** Longest that one password check may take, in milliseconds. */
const checkMs = 30_000;
const growth = 4;
const none: Count = { failed: 0, endsAt: 0, blockedUntil: 0, pending: {} };

function current(counts: AttemptCounts, name: string, now: number): Count {
  const { pending, ...rest } = counts[name] ?? none;
  const alive = Object.fromEntries(Object.entries(pending).filter(([, until]) => until > now));
  return rest.endsAt > now ? { ...rest, pending: alive } : { ...none, pending: alive };
}

/** Drops what no longer matters. */
function pruned(counts: AttemptCounts, now: number): AttemptCounts {
  const all = Object.keys(counts).map((name) => [name, current(counts, name, now)] as const);
  return Object.fromEntries(all.filter(([, { failed, pending }]) => failed > 0 || Object.keys(pending).length > 0));
}

/** Takes a place in each count before the password is checked, so that tries at the same time cannot exceed a rule. */
export function reserveAttempt(counts: AttemptCounts, rules: AttemptRules, id: string, now: number) {
  const next = pruned(counts, now);
  const seen = Object.entries(rules).map(([name, rule]) => ({ name, rule, count: current(counts, name, now) }));
  // A wait that is longer than its rule allows was set before the clock was set back, or by a stricter rule.
  const isBlocked = (rule: AttemptRule, until: number) => until > now && until - now <= rule.longestMs;
  const [longest] = seen
    .filter((each) => isBlocked(each.rule, each.count.blockedUntil))
    .sort((a, b) => b.count.blockedUntil - a.count.blockedUntil);
  if (longest !== undefined) {
    const blocked: AttemptReservation = { state: 'blocked', by: longest.name, waitMs: longest.count.blockedUntil - now };
    return { next: undefined, reservation: blocked };
  }
  const isFull = seen.some(({ rule, count }) => Object.keys(count.pending).length >= Math.max(1, rule.free - count.failed));
  if (isFull) return { next: undefined, reservation: { state: 'busy' } satisfies AttemptReservation };
  for (const { name, count } of seen) next[name] = { ...count, pending: { ...count.pending, [id]: now + checkMs } };
  return { next, reservation: { state: 'reserved' } satisfies AttemptReservation };
}

function failedOnce(count: Count, { free, windowMs, firstMs, longestMs }: AttemptRule, now: number): Count {
  const failed = count.failed + 1;
  const endsAt = count.failed === 0 ? now + windowMs : count.endsAt;
  const waitMs = failed < free ? 0 : Math.min(firstMs * growth ** (failed - free), longestMs);
  return { ...count, failed, endsAt, blockedUntil: Math.min(now + waitMs, endsAt) };
}

/**
 * Gives the places back and counts a failure. A right password forgets the failures of the counts in `forgiven`.
 * @returns the counts, and how many failures each rule has seen in its window
 */
export function settleAttempt(
  counts: AttemptCounts,
  rules: AttemptRules,
  { id, outcome, forgiven = [] }: { readonly id: string; readonly outcome: AttemptOutcome; readonly forgiven?: readonly string[] },
  now: number,
) {
  const next = pruned(counts, now);
  const failures: Record<string, number> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const { pending, ...rest } = current(counts, name, now);
    const { [id]: _ended, ...others } = pending;
    const kept = outcome === 'right' && forgiven.includes(name) ? none : rest;
    const after = { ...kept, pending: others };
    next[name] = outcome === 'wrong' ? failedOnce(after, rule, now) : after;
    failures[name] = next[name].failed;
  }
  return { next: pruned(next, now), failures };
}
