import type { Timestamp } from './kubernetes-objects.ts';

/** Parses an API timestamp; undefined if there is none, or for 1970, which the kubelet writes for a container that never started. */
export function parseTimestamp(timestamp: Timestamp | null | undefined): Date | undefined {
  if (timestamp === null || timestamp === undefined) return undefined;
  const date = new Date(timestamp);
  return date.getTime() > 0 ? date : undefined;
}

/** Truncates to the precision of API timestamps, for comparison with them. */
export const truncateToSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);

export const addSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
export const latest = (first: Date, second: Date): Date => (second > first ? second : first);
export const earliest = (first: Date, second: Date): Date => (second < first ? second : first);
