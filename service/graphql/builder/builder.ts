import SchemaBuilder from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { AppDependencies } from '../../app-dependencies.ts';
import type { Caller } from '../../http/caller.ts';
import type { CountField } from '../../http/rate-limit.ts';
import { timestamp } from '../../http/timestamp.ts';

/** What resolvers know of a request. */
export interface GraphqlContext {
  readonly caller: Caller;
  readonly parts: AppDependencies;
  /** Aborts when the caller leaves. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Counts a root field in the caller's limits. */
  readonly countRequest: CountField;
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
    const parsed = timestamp.safeParse(value);
    // Any other error would count as one of ours.
    if (!parsed.success) throw new GraphQLError('not a moment in ISO 8601');
    return new Date(parsed.data);
  },
});

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
/** What root fields are declared with. */
export type QueryFields = PothosSchemaTypes.QueryFieldBuilder<Types, Types['Root']>;
export type MutationFields = PothosSchemaTypes.MutationFieldBuilder<Types, Types['Root']>;
