/**
 * Every duration, in seconds, that more than one layer must agree on.
 * `checkTimings` refuses a combination that would cut requests off.
 */
export interface Timings {
  /** Longest that one attempt at a text model may take. */
  readonly modelAttempt: number;
  /** Longest that a call waits for its turn at a text model whose slots are all taken; answered 503 afterwards. */
  readonly modelWait: number;
  /** Longest silence between two parts of a text model's stream. */
  readonly modelIdle: number;
  /** Longest that a request may take in the service; answered 504 afterwards. */
  readonly request: number;
  /** Longest that a streamed answer may take, from the request to its last part; ended with an error afterwards. */
  readonly stream: number;
  /** Longest silence in a stream: then a comment is sent. */
  readonly heartbeat: number;
  /** Longest that the edge (gateway, nginx) waits for the service (guide row NG-11). */
  readonly edge: number;
  /** Longest that the edge keeps an idle connection to the service. */
  readonly edgeIdle: number;
  /** Longest that the service keeps one: then the edge never sends on a connection that is being closed. */
  readonly idle: number;
  /** preStop sleep: the pod leaves the endpoints before SIGTERM reaches the process. */
  readonly preStop: number;
  /** After SIGTERM: not ready any more, but everything is still accepted, until nobody sends new callers. */
  readonly deregistrationDelay: number;
  /** Then: no new connection, answers carry `Connection: close`; longest wait for requests in flight. */
  readonly drain: number;
  /** Then: longest wait for database, cache and logs to close. */
  readonly close: number;
  /** terminationGracePeriodSeconds of the pod: everything above must fit. */
  readonly terminationGrace: number;
}

export const timings: Timings = {
  modelAttempt: 10,
  modelWait: 8,
  modelIdle: 10,
  request: 20,
  stream: 50,
  heartbeat: 5,
  edge: 60,
  edgeIdle: 60,
  idle: 75,
  preStop: 5,
  deregistrationDelay: 2,
  drain: 50,
  close: 5,
  terminationGrace: 65,
};

/** HEALTHCHECK of the image (guide row DC-09). */
export const imageHealthcheck = { intervalSeconds: 30, timeoutSeconds: 10, startPeriodSeconds: 5, retries: 3 } as const;

/** Every pair (inner, outer) where the inner must end before the outer does. */
const nestings = [
  ['modelAttempt', 'request'],
  ['modelWait', 'request'],
  ['modelIdle', 'edge'],
  ['request', 'edge'],
  ['request', 'stream'],
  ['stream', 'edge'],
  ['stream', 'drain'],
  ['heartbeat', 'edge'],
  ['edgeIdle', 'idle'],
] as const satisfies readonly (readonly [keyof Timings, keyof Timings])[];

/**
 * The violations in a set of timings; empty when it is sound.
 * Each message names both sides and their values.
 */
export function checkTimings(t: Timings): string[] {
  const violations: string[] = [];
  for (const [inner, outer] of nestings) {
    if (t[inner] > t[outer]) violations.push(`timings.${inner} (${t[inner]} s) must not exceed timings.${outer} (${t[outer]} s)`);
  }
  // The listener looks twice in that time whether a connection is silent, and a request may be silent for all of its own.
  if (t.request > t.edge / 2) violations.push(`timings.request (${t.request} s) must not exceed half of timings.edge (${t.edge} s)`);
  const shutdown = t.preStop + t.deregistrationDelay + t.drain + t.close;
  if (shutdown > t.terminationGrace) {
    violations.push(
      `timings.terminationGrace (${t.terminationGrace} s) is shorter than the shutdown it must cover: ` +
        `preStop ${t.preStop} + deregistrationDelay ${t.deregistrationDelay} + drain ${t.drain} + close ${t.close} = ${shutdown} s`,
    );
  }
  return violations;
}
