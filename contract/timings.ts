/**
 * Every duration, in seconds, that several layers depend on.
 * `checkTimings` rejects a combination that would abort requests.
 */
export interface Timings {
  /** Timeout of one attempt to call a text model. */
  readonly modelAttempt: number;
  /** Maximum wait for a free slot of a text model; then 503. */
  readonly modelWait: number;
  /** Idle timeout between two chunks of a text model's stream. */
  readonly modelIdle: number;
  /** Timeout of a request in the service; then 504. */
  readonly request: number;
  /** Timeout of a streamed response, from the request to its last event; then it ends with an error event. */
  readonly stream: number;
  /** Interval of comments in a stream without events. */
  readonly heartbeat: number;
  /** Timeout of the edge (gateway, nginx) for the service. */
  readonly edge: number;
  /** Keep-alive timeout of the edge's connections to the service. */
  readonly edgeIdle: number;
  /** Keep-alive timeout of the service: longer than the edge's, so that the edge never sends on a closing connection. */
  readonly idle: number;
  /** preStop sleep: the pod is removed from endpoints before the process gets SIGTERM. */
  readonly preStop: number;
  /** After SIGTERM: `/ready` fails but requests are accepted, until load balancers have deregistered the process. */
  readonly deregistrationDelay: number;
  /** Then: no new connections, responses carry `Connection: close`; maximum wait for requests in flight. */
  readonly drain: number;
  /** Then: maximum wait for database, cache and logs to close. */
  readonly close: number;
  /** terminationGracePeriodSeconds of the pod; covers preStop, deregistration delay, drain and close. */
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

/** Pairs (inner, outer): the inner timeout must expire before the outer. */
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
 * Returns the violations of a set of timings; each message names both timings and their values.
 */
export function checkTimings(t: Timings): string[] {
  const violations: string[] = [];
  for (const [inner, outer] of nestings) {
    if (t[inner] > t[outer]) violations.push(`timings.${inner} (${t[inner]} s) must not exceed timings.${outer} (${t[outer]} s)`);
  }
  // The edge checks twice per timeout whether a connection is idle, and a request may be silent until its own timeout.
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
