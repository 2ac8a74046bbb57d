import * as z from 'zod';
import { BackupError } from './backup-error.ts';

/** Written last: a set without it is incomplete. */
export const manifestName = 'manifest.json';

const table = z.strictObject({ name: z.string(), rows: z.int(), checksum: z.string() });
const part = z.strictObject({
  name: z.string().regex(/^[a-z][a-z.]*$/),
  bytes: z.int(),
  /** Of the stored file. */
  sha256: z.string().regex(/^[\da-f]{64}$/),
});

export const manifestSchema = z.strictObject({
  format: z.literal(1),
  id: z.string(),
  target: z.string(),
  product: z.string(),
  version: z.string(),
  /** What dumped the database. */
  database: z.string(),
  /** Recipient of age, or `none`. */
  recipient: z.string(),
  started_at: z.string(),
  /** When the snapshot of the database was taken: later changes are not in the set. */
  snapshot_at: z.string(),
  completed_at: z.string(),
  parts: z.array(part).min(1),
  tables: z.array(table).min(1),
});
export type Manifest = z.infer<typeof manifestSchema>;
export type Part = z.infer<typeof part>;
export const rowsOf = ({ tables }: Pick<Manifest, 'tables'>): number => tables.reduce((sum, { rows }) => sum + rows, 0);
/** Rows of a table, and a checksum that does not depend on their order. */
export type TableSummary = z.infer<typeof table>;

export const parseTable = (line: string): TableSummary => table.parse(JSON.parse(line));

/** @throws {BackupError} if it is not the manifest of this set */
export function parseManifest(text: string, id: string): Manifest {
  const rejected = (why: string) => new BackupError(`set ${id} is rejected: its ${manifestName} ${why}`, 'restore another set');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw rejected('is damaged');
  }
  const { data, error } = manifestSchema.safeParse(value);
  if (data === undefined) throw rejected(`is not valid: ${error?.issues[0]?.path.join('.')}: ${error?.issues[0]?.message}`);
  if (data.id !== id) throw rejected(`is that of set ${data.id}`);
  return data;
}

/** The tables that differ, with their rows, as a text; undefined if there are none. */
export function differenceOf(expected: readonly TableSummary[], actual: readonly TableSummary[]): string | undefined {
  const [before, after] = [expected, actual].map((tables) => new Map(tables.map((each) => [each.name, each])));
  const names = [...new Set([...expected, ...actual].map(({ name }) => name))];
  const lines = names.flatMap((name) => {
    const [one, other] = [before?.get(name), after?.get(name)];
    if (one?.rows === other?.rows && one?.checksum === other?.checksum) return [];
    const what = one?.rows === other?.rows ? 'other content' : `${other?.rows ?? 'no'} rows instead of ${one?.rows ?? 'none'}`;
    return [`${name} has ${what}`];
  });
  return lines.length === 0 ? undefined : lines.slice(0, 5).join(', ');
}
