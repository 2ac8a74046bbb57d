import type { ProblemCode } from '../errors.ts';
import type { Listener } from '../ports.ts';
import type { RateLimitClass } from '../rate-limits.ts';
import type { Permission } from '../roles.ts';

/** Headings under which the documentation lists endpoints, in this order, each with a description. */
export const endpointGroups = {
  Captions: 'Captions and hashtags for pictures and descriptions of pictures.',
  Queries: 'Answers of text models, with added context and code that runs in a sandbox.',
  Compatible: 'Endpoints for OpenAI clients. Errors have the format of the OpenAI API.',
  Batches: 'Many captions and queries in one request, processed by workers.',
  Sources: 'Sites whose news are fetched, with the rules that apply to them.',
  Articles: 'Articles that were found, with their analysis.',
  Analytics: 'What articles are about, their tone and where they come from, over time.',
  Exports: 'Files with articles and analytics.',
  Usage: 'Requests, tokens and costs over time.',
  Accounts: 'Logins, users, API keys and the audit log.',
  GraphQL: 'The same functions in one query language, on its own port.',
  System: 'Probes, metrics and the caches.',
  Documentation: 'This document and a page that shows it.',
} as const;
export type EndpointGroup = keyof typeof endpointGroups;

/** One route of the API. The router mounts declared routes only. */
export interface Endpoint {
  readonly group: EndpointGroup;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path parameters are written `:name`. */
  readonly path: `/${string}`;
  /** Other paths of the same endpoint. */
  readonly aliases?: readonly `/${string}`[];
  /** `public`: needs no credential. */
  readonly permission: Permission | 'public';
  readonly rateLimit: RateLimitClass;
  /**
   * The listener that serves it. `metrics`: METRICS_PORT; every other one under conditions. `every`: all except METRICS_PORT.
   * `callers`: `http` and `graphql`, but not the probe port of a worker.
   */
  readonly port: Listener | 'every' | 'callers';
  /** Not served if ENVIRONMENT is production. */
  readonly notInProduction?: true;
  /** Its body has an ETag; a matching If-None-Match returns 304. */
  readonly conditional?: true;
  /** It creates something or costs money, and honours `Idempotency-Key`. */
  readonly idempotent?: true;
  /**
   * Its requests or responses contain a password or key: no cache may store them. A returned credential is
   * not replayed for an `Idempotency-Key` once it is no longer valid.
   */
  readonly credentials?: 'accepted' | 'returned';
  /** Its responses may set or delete the session cookie: no cache may store them. */
  readonly setsCookie?: true;
  /** Its errors have the format of the OpenAI API, not of RFC 9457. */
  readonly errorFormat?: 'openai';
  /** Problems it returns in addition to those that follow from the rest of its declaration. */
  readonly problems?: readonly ProblemCode[];
  /** Largest request body in bytes, if it differs from the default `maxBodyBytes`. */
  readonly maxBodyBytes?: number;
  /** It waits for text models: its time limit follows from their time limits. */
  readonly callsModel?: true;
  readonly summary: string;
  /** What the summary leaves out: effects, limits and particular failures. Permission and problem codes are appended where it is shown. */
  readonly description: string;
}
