import type { Timestamp } from './kubernetes-objects.ts';

/** The moment that a timestamp names; undefined where there is none, or 1970: so the kubelet writes that a container never started. */
export function parseTimestamp(timestamp: Timestamp | null | undefined): Date | undefined {
  if (timestamp === null || timestamp === undefined) return undefined;
  const date = new Date(timestamp);
  return date.getTime() > 0 ? date : undefined;
}

/** The API keeps whole seconds, so a moment is compared as the API would write it. */
export const truncateToSeconds = (date: Date): Date => new Date(Math.floor(date.getTime() / 1000) * 1000);

export const addSeconds = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
export const latest = (first: Date, second: Date): Date => (second > first ? second : first);
export const earliest = (first: Date, second: Date): Date => (second < first ? second : first);
