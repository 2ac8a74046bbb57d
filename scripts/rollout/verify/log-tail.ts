/** Matches error lines of common log formats. */
const errorLine = /fatal|panic|error\b|exception|critical/i;
const mostErrors = 20;

/**
 * The last lines of a log, preceded by the last errors among the skipped lines. A fatal error can be far above the end, because standard
 * error is written at once while earlier standard output is still buffered.
 */
export function logTail(lines: readonly string[], most: number): string[] {
  const skipped = lines.slice(0, -most);
  if (skipped.length === 0) return [...lines];
  const errors = skipped.filter((line) => errorLine.test(line)).slice(-mostErrors);
  const marks =
    errors.length === 0 ? [`… ${skipped.length} lines skipped`] : [`… ${skipped.length} lines skipped, with these errors:`, ...errors, '…'];
  return [...marks, ...lines.slice(-most)];
}
