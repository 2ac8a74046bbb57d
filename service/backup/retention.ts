import { timeOfSet } from './set-id.ts';

export interface KnownSet {
  readonly id: string;
  /** Whether it has a manifest, which is written last. */
  readonly isComplete: boolean;
}
export interface Retention {
  readonly days: number;
  /** Complete sets that stay regardless of their age; at least 1. */
  readonly sets: number;
}

const dayMs = 86_400_000;

/** A backup that started before this time and is not complete is no longer in progress. */
export const interruptedBefore = (now: Date): Date => new Date(now.getTime() - dayMs);

/**
 * The sets to delete on one side. The newest complete sets stay, so the last good one is never deleted; a set without a manifest stays a
 * day, because it may be in progress.
 */
export function expiredSets(known: readonly KnownSet[], { days, sets }: Retention, now: Date): string[] {
  const ageDays = (id: string) => (now.getTime() - (timeOfSet(id)?.getTime() ?? now.getTime())) / dayMs;
  const complete = known.filter(({ isComplete }) => isComplete).map(({ id }) => id);
  const protectedSets = new Set(complete.sort().slice(-Math.max(1, sets)));
  return known
    .filter(({ id, isComplete }) => !protectedSets.has(id) && ageDays(id) > (isComplete ? days : 1))
    .map(({ id }) => id)
    .sort();
}
