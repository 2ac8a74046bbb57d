import SchemaBuilder from '@pothos/core';
import type { Caller } from '../accounts/caller.ts';
import type { CountWork } from '../http/rate-limit.ts';
import type { Parts } from '../parts.ts';

/** What resolvers know of a request. */
export interface GraphqlContext {
  readonly caller: Caller;
  readonly parts: Parts;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Counts a root field in the caller's limits. */
  readonly count: CountWork;
}

interface SchemaTypes {
  Context: GraphqlContext;
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date | string } };
}

/** The types of the schema gather here; feature folders add theirs. */
export const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });

builder.scalarType('DateTime', {
  description: 'A moment in ISO 8601, in UTC.',
  serialize: (value) => new Date(value).toISOString(),
  parseValue(value) {
    const date = new Date(String(value));
    if (Number.isNaN(date.valueOf())) throw new TypeError('not a moment in ISO 8601');
    return date;
  },
});

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
/** What root fields are declared with. */
export type QueryFields = PothosSchemaTypes.QueryFieldBuilder<Types, Types['Root']>;
export type MutationFields = PothosSchemaTypes.MutationFieldBuilder<Types, Types['Root']>;
