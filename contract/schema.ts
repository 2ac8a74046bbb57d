/** One migration of the database schema; there are no down migrations. */
export type SchemaStep =
  /** The previous release runs on the schema after this migration. */
  | { readonly name: string; readonly compatible: true }
  /** `because`: what fails in the previous release on this schema. */
  | { readonly name: string; readonly compatible: false; readonly because: string };

/** Every migration in order; names sort in this order. Their code is in service/database/migrations. */
export const schemaSteps = [
  { name: '0001-api-keys', compatible: true },
  { name: '0002-accounts', compatible: true },
  { name: '0003-usage', compatible: true },
  { name: '0004-batches', compatible: true },
  { name: '0005-idempotency', compatible: true },
  { name: '0006-session-networks', compatible: true },
  { name: '0007-completion-order', compatible: true },
  { name: '0008-session-cookies', compatible: true },
  { name: '0009-news', compatible: true },
  { name: '0010-news-analytics', compatible: true },
  { name: '0012-news-fetching', compatible: true },
  { name: '0013-news-analysis', compatible: true },
  { name: '0014-news-exports', compatible: true },
  { name: '0015-backups', compatible: true },
] as const satisfies readonly SchemaStep[];
export type SchemaStepName = (typeof schemaSteps)[number]['name'];

/** The schema after a release's migration, and the releases that run on it. */
export interface SchemaCompatibility {
  /** The newest migration. */
  readonly version: string;
  /** Releases that include this migration run on the schema; older ones do not. */
  readonly compatibleFrom: string;
}

/** A release runs on a newer schema if all migrations after its own are compatible. */
export function schemaCompatibility(steps: readonly SchemaStep[] = schemaSteps): SchemaCompatibility {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) throw new Error('a schema has at least one migration');
  return { version: last.name, compatibleFrom: (steps.findLast(({ compatible }) => !compatible) ?? first).name };
}
