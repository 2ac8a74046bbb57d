import type { Figure } from './schema.ts';

/** A number with its change. @param previous null: there is nothing to compare with */
export const toFigure = (current: number, previous: number | null): Figure => ({
  current,
  previous,
  change: previous === null || previous === 0 ? null : (current - previous) / previous,
});
