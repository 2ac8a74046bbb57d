import type { Period } from '../filters.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** A Monday. */
const firstMonday = Date.UTC(1970, 0, 5);

/** The weeks (Monday to Sunday, ISO 8601) that are completely in a period; undefined if none is. */
export function wholeWeeks({ from, to }: Period): Period | undefined {
  const first = Math.ceil((from.getTime() - firstMonday) / weekMs);
  const end = Math.floor((to.getTime() - firstMonday) / weekMs);
  return first < end ? { from: new Date(firstMonday + first * weekMs), to: new Date(firstMonday + end * weekMs) } : undefined;
}
