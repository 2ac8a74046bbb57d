/** One step of the database's schema, forward; there is no way back. */
export type SchemaStep =
  /** The release before works on the schema after this step. */
  | { readonly name: string; readonly compatible: true }
  /** `because`: what the release before cannot do on this schema. */
  | { readonly name: string; readonly compatible: false; readonly because: string };

/** Every step in its order; names sort in it. What each does is in service/database/migrations. */
export const schemaSteps = [
  { name: '0001-api-keys', compatible: true },
  { name: '0002-accounts', compatible: true },
  { name: '0003-usage', compatible: true },
  { name: '0004-batches', compatible: true },
  { name: '0005-idempotency', compatible: true },
  { name: '0006-session-networks', compatible: true },
  { name: '0007-completion-order', compatible: true },
] as const satisfies readonly SchemaStep[];
export type SchemaStepName = (typeof schemaSteps)[number]['name'];

/** What a release says of the schema that its migration leaves. */
export interface SchemaCompatibility {
  /** The newest step. */
  readonly version: string;
  /** Releases that know this step work on it; older ones do not. */
  readonly compatibleFrom: string;
}

/** A release knows the steps up to its own; those after it must all be compatible for it to work. */
export function schemaCompatibility(steps: readonly SchemaStep[] = schemaSteps): SchemaCompatibility {
  const [first] = steps;
  const last = steps.at(-1);
  if (first === undefined || last === undefined) throw new Error('a schema has at least one step');
  return { version: last.name, compatibleFrom: (steps.findLast(({ compatible }) => !compatible) ?? first).name };
}
