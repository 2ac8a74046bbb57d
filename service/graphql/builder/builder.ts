import SchemaBuilder from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Caller } from '../../http/caller.ts';
import type { CountField } from '../../http/rate-limit.ts';
import { timestamp } from '../../http/timestamp.ts';
import type { TraceIds } from '../../telemetry/traced.ts';

/** The features that resolvers call. Each feature adds itself by declaration merging, next to its fields. */
// biome-ignore lint/suspicious/noEmptyInterface: the features declare its members
export interface GraphqlFeatures {}

/** The context of a request, for resolvers. */
export interface GraphqlContext {
  readonly caller: Caller;
  readonly features: GraphqlFeatures;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** Set if the request is traced. */
  readonly trace: TraceIds | undefined;
  /** Counts a root field against the caller's rate limits. */
  readonly countRequest: CountField;
}

interface SchemaTypes {
  Context: GraphqlContext;
  DefaultFieldNullability: false;
  Scalars: { DateTime: { Input: Date; Output: Date | string } };
}

/** Collects the types of the schema; each feature folder adds its own. */
export const builder = new SchemaBuilder<SchemaTypes>({ defaultFieldNullability: false });

builder.scalarType('DateTime', {
  description: 'A timestamp in ISO 8601, in UTC.',
  serialize: (value) => new Date(value).toISOString(),
  parseValue(value) {
    const parsed = timestamp.safeParse(value);
    // Any other class of error would be reported as an internal error.
    if (!parsed.success) throw new GraphQLError('not a timestamp in ISO 8601');
    return new Date(parsed.data);
  },
});

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>;
/** Builders of root fields. */
export type QueryFields = PothosSchemaTypes.QueryFieldBuilder<Types, Types['Root']>;
export type MutationFields = PothosSchemaTypes.MutationFieldBuilder<Types, Types['Root']>;
