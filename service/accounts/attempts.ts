import * as z from 'zod';

/** How many wrong passwords in a window are free, and how long the next attempt has to wait after that. */
export interface AttemptRule {
  /** Failures in a window after which attempts have to wait; also the maximum number of concurrent checks. */
  readonly free: number;
  /** Milliseconds from the first failure until all failures are reset. */
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
  /** Running checks by id, and when each expires: a process that crashed must not occupy its place for ever. */
  pending: z.record(z.string(), z.number()),
});
type Count = z.output<typeof count>;

/** Counters of failed attempts by name; plain JSON. */
export const attemptCounts = z.record(z.string(), count);
export type AttemptCounts = z.output<typeof attemptCounts>;
/** The rules of an attempt, by the name of the counter that each rule reads. */
export type AttemptRules = Readonly<Record<string, AttemptRule>>;

export type AttemptReservation =
  | { readonly state: 'reserved' }
  /** Running checks may use up the remaining places: retry when they have ended. */
  | { readonly state: 'busy' }
  | { readonly state: 'blocked'; readonly by: string; readonly waitMs: number };

/** `released`: the password was not checked. */
export type AttemptOutcome = 'right' | 'wrong' | 'released';

/** Maximum time of a password check, in milliseconds. */
const checkMs = 30_000;
const growth = 4;
const none: Count = { failed: 0, endsAt: 0, blockedUntil: 0, pending: {} };

function current(counts: AttemptCounts, name: string, now: number): Count {
  const { pending, ...rest } = counts[name] ?? none;
  const alive = Object.fromEntries(Object.entries(pending).filter(([, until]) => until > now));
  return rest.endsAt > now ? { ...rest, pending: alive } : { ...none, pending: alive };
}

/** Removes expired counters. */
function pruned(counts: AttemptCounts, now: number): AttemptCounts {
  const all = Object.keys(counts).map((name) => [name, current(counts, name, now)] as const);
  return Object.fromEntries(all.filter(([, { failed, pending }]) => failed > 0 || Object.keys(pending).length > 0));
}

/** Reserves a place in each counter before the password is checked, so that concurrent attempts cannot exceed a rule. */
export function reserveAttempt(counts: AttemptCounts, rules: AttemptRules, id: string, now: number) {
  const next = pruned(counts, now);
  const seen = Object.entries(rules).map(([name, rule]) => ({ name, rule, count: current(counts, name, now) }));
  // A wait longer than its rule allows is from a clock that was set back since, or from a stricter rule.
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
 * Releases the places and counts a failure. A correct password resets the counters in `forgiven`.
 * @returns the counters, and the failures in the window of each rule
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
