import type { ProblemCode } from '../errors.ts';
import type { Listener } from '../ports.ts';
import type { RateLimitClass } from '../rate-limits.ts';
import type { Permission } from '../roles.ts';

/** One route of the API. A route that is not declared in the contract cannot be mounted. */
export interface Endpoint {
  /** Heading under which the documentation lists it. */
  readonly group: 'Captions' | 'Queries' | 'Batches' | 'Accounts' | 'Usage' | 'Compatible' | 'GraphQL' | 'System' | 'Documentation';
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A part that varies is written `:name`. */
  readonly path: `/${string}`;
  /** Other paths that lead to the same. */
  readonly aliases?: readonly `/${string}`[];
  /** `public`: no credential is asked for. */
  readonly permission: Permission | 'public';
  readonly rateLimit: RateLimitClass;
  /**
   * Which listener answers it. `metrics`: METRICS_PORT alone where that is set, else every listener. `every`: all but METRICS_PORT.
   * `callers`: `http` and `graphql`, but not the probes of a worker.
   */
  readonly port: Listener | 'every' | 'callers';
  /** Not served if ENVIRONMENT is production. */
  readonly notInProduction?: true;
  /** Its body has an ETag, and If-None-Match is answered 304. */
  readonly conditional?: true;
  /** It creates or spends: an `Idempotency-Key` is honoured. */
  readonly idempotent?: true;
  /**
   * Its requests hold a password or key that it takes, or its answers one that they show: no cache may store them. A shown one is
   * not given again under an `Idempotency-Key` once it is no longer valid.
   */
  readonly credentials?: 'taken' | 'shown';
  /** Its errors are told as the OpenAI API tells them, not as problems of RFC 9457. */
  readonly errorFormat?: 'openai';
  /** Problems that it answers with besides those that follow from the rest of its declaration. */
  readonly problems?: readonly ProblemCode[];
  /** Largest body in bytes where it is not `maxBodyBytes`. */
  readonly maxBodyBytes?: number;
  readonly summary: string;
}
