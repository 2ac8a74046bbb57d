import type { ProblemCode } from '../errors.ts';
import type { Listener } from '../ports.ts';
import type { RateLimitClass } from '../rate-limits.ts';
import type { Permission } from '../roles.ts';

/** One route of the API. The router mounts declared routes only. */
export interface Endpoint {
  /** Heading under which the documentation lists it. */
  readonly group: 'Captions' | 'Queries' | 'Batches' | 'Accounts' | 'Usage' | 'Compatible' | 'GraphQL' | 'System' | 'Documentation';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path parameters are written `:name`. */
  readonly path: `/${string}`;
  /** Other paths of the same endpoint. */
  readonly aliases?: readonly `/${string}`[];
  /** `public`: needs no credential. */
  readonly permission: Permission | 'public';
  readonly rateLimit: RateLimitClass;
  /**
   * The listener that serves it. `metrics`: METRICS_PORT only, or every listener if METRICS_PORT is not set. `every`: all except METRICS_PORT.
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
  /** Its errors have the format of the OpenAI API, not of RFC 9457. */
  readonly errorFormat?: 'openai';
  /** Problems it returns in addition to those that follow from the rest of its declaration. */
  readonly problems?: readonly ProblemCode[];
  /** Largest request body in bytes, if it differs from the default `maxBodyBytes`. */
  readonly maxBodyBytes?: number;
  readonly summary: string;
}
