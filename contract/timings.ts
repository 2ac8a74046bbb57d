/**
 * Every duration, in seconds, that several layers depend on.
 * `checkTimings` rejects a combination that would abort requests.
 */
export interface Timings {
  /** Timeout of one attempt to call a text model for captions or a query. */
  readonly modelAttempt: number;
  /** The same for a conversation, whose answers may be long. */
  readonly chatAttempt: number;
  /** Maximum time of a request that calls text models, even if their own timeouts are longer; of a stream: until its first part. */
  readonly modelRequest: number;
  /** Maximum wait for a free slot of a text model; then 503. */
  readonly modelWait: number;
  /** Idle timeout between two chunks of a text model's stream. */
  readonly modelIdle: number;
  /** Timeout of any other request in the service; then 504. */
  readonly request: number;
  /** A client has so long to send a whole request, and may read nothing of a response for so long. */
  readonly client: number;
  /** Interval of comments in a stream without events. */
  readonly heartbeat: number;
  /** Timeout of the edge (gateway, nginx) for the service; a gateway ends streams after this time too. */
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
  chatAttempt: 60,
  modelRequest: 600,
  modelWait: 8,
  modelIdle: 30,
  request: 20,
  client: 60,
  heartbeat: 5,
  edge: 610,
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
  ['chatAttempt', 'modelRequest'],
  ['modelIdle', 'modelRequest'],
  ['request', 'modelRequest'],
  ['request', 'drain'],
  ['modelRequest', 'edge'],
  ['heartbeat', 'modelIdle'],
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
  // The server checks twice per timeout whether a connection is idle, and a request may be silent until its own timeout.
  if (t.request > t.client / 2) violations.push(`timings.request (${t.request} s) must not exceed half of timings.client (${t.client} s)`);
  const shutdown = t.preStop + t.deregistrationDelay + t.drain + t.close;
  if (shutdown > t.terminationGrace) {
    violations.push(
      `timings.terminationGrace (${t.terminationGrace} s) is shorter than the shutdown it must cover: ` +
        `preStop ${t.preStop} + deregistrationDelay ${t.deregistrationDelay} + drain ${t.drain} + close ${t.close} = ${shutdown} s`,
    );
  }
  return violations;
}
