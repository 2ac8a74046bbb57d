import type * as z from 'zod';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { EventSchemas } from '../http/server-sent-events.ts';
import type { shapes } from '../shapes.ts';

type Shapes = typeof shapes;
type AnswerOf<N extends EndpointName> = Shapes[N]['answer'];

/** A part of the input: optional if it has no required field, absent if the endpoint does not accept it. */
type Part<K extends string, V> = [V] extends [undefined]
  ? unknown
  : Partial<Record<never, never>> extends V
    ? { readonly [P in K]?: V }
    : { readonly [P in K]: V };

/** Options of one call. */
export interface CallOptions {
  /** Makes a call that creates or spends something safe to retry: the service does the work once. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
  /** Limit for the whole call, or until a stream starts. */
  readonly timeoutSeconds?: number;
}

export type CallInput<N extends EndpointName> = Part<'params', z.input<Shapes[N]['params']>> &
  Part<'query', z.input<Shapes[N]['query']>> &
  Part<'body', z.input<Shapes[N]['body']>> &
  CallOptions;
/** The input is optional if it has no required field. */
export type CallArguments<N extends EndpointName> =
  Partial<Record<never, never>> extends CallInput<N> ? [input?: CallInput<N>] : [input: CallInput<N>];

/** The result of a call, parsed with the endpoint's schema. */
export type Result<N extends EndpointName> =
  AnswerOf<N> extends { readonly schema: infer S extends z.ZodType }
    ? z.output<S>
    : AnswerOf<N> extends { readonly lines: infer S extends z.ZodType }
      ? AsyncIterable<z.output<S>>
      : AnswerOf<N> extends { readonly kind: 'text' }
        ? string
        : AnswerOf<N> extends { readonly kind: 'file' }
          ? Blob
          : undefined;

/** Endpoints that can respond with a stream of events. */
export type StreamingEndpoint = {
  [N in EndpointName]: AnswerOf<N> extends { readonly kind: 'jsonOrEvents' } ? N : never;
}[EndpointName];
type SchemasOf<N extends StreamingEndpoint> = AnswerOf<N> extends { readonly events: infer E extends EventSchemas } ? E : never;
export type StreamEvent<N extends StreamingEndpoint> = {
  [K in keyof SchemasOf<N>]: { readonly event: K; readonly data: z.output<SchemasOf<N>[K]> };
}[keyof SchemasOf<N>];
