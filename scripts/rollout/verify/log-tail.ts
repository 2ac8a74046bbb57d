/** A line that reports an error, as programs of any language write it. */
const errorLine = /fatal|panic|error\b|exception|critical/i;
const mostErrors = 20;

/**
 * The last lines of a log, after the last errors among the lines that are left out. A fatal error can stand far above the end: standard
 * error reaches the log at once, while earlier standard output is still in a pipe.
 */
export function logTail(lines: readonly string[], most: number): string[] {
  const skipped = lines.slice(0, -most);
  if (skipped.length === 0) return [...lines];
  const errors = skipped.filter((line) => errorLine.test(line)).slice(-mostErrors);
  const marks =
    errors.length === 0 ? [`… ${skipped.length} lines skipped`] : [`… ${skipped.length} lines skipped, with these errors:`, ...errors, '…'];
  return [...marks, ...lines.slice(-most)];
}
