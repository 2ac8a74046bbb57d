/** What happened, in the order it happened; printed at the end of a file's tests. */
const ledger: (readonly string[])[] = [];

/** A row: what was done, how it ended, then figures. */
export const record = (...row: readonly (string | undefined)[]) => ledger.push(row.map((cell) => cell ?? '-'));

export function printLedger(): void {
  const columns = Math.max(...ledger.map(({ length }) => length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...ledger.map((row) => row[column]?.length ?? 0)));
  const lines = ledger.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stderr.write(`\n${lines.join('\n')}\n`);
}

export const seconds = (value: unknown) => (typeof value === 'number' ? `${value.toFixed(1)} s` : '-');

/** Seconds since a moment. */
export const since = (moment: number) => (Date.now() - moment) / 1000;
