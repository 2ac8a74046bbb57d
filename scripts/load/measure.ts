import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import { isDeclaredJson } from '../../service/client/read.ts';
import { Failure } from '../cli/failure.ts';
import { at, isRecord, numberAt, parseJson, textAt } from '../values/json.ts';
import { createLatencies, type Latencies } from './latencies.ts';
import { rateLimitedFailure } from './limits.ts';
import type { Scenario } from './scenarios.ts';
import type { Reply, Send } from './send.ts';

/** What was measured of one scenario. */
export interface Measurement {
  readonly scenario: Scenario;
  /** Of requests that succeeded. */
  readonly latencies: Latencies;
  /** Requests that were sent, and those without a success, by what happened. */
  sent: number;
  readonly errors: Map<string, number>;
}

/** Arrivals that wait for a response at most; more are errors, so that a service that does not respond does not use up the memory here. */
const maxInFlight = 2000;
const pollMs = 200;
/** A batch that takes longer is an error. */
const batchMs = 60_000;

/** Returns why a response is no success; undefined if it is one. */
export function errorIn(endpoint: EndpointName, { status, text }: Pick<Reply, 'status' | 'text'>): string | undefined {
  const body = parseJson(text);
  if (status < 200 || status >= 300) return `${status} ${textAt(body, 'code') ?? ''}`.trim();
  // GraphQL reports errors of fields with status 200.
  if (endpoint === 'graphql' && at(body, 'errors') !== undefined) return 'GraphQL error';
  const isDeclared = isDeclaredJson(endpoint, text) && (endpoint !== 'graphql' || isRecord(at(body, 'data')));
  return isDeclared ? undefined : `${status} with another body than that of the endpoint`;
}

/** Milliseconds from the acceptance of a batch to its last result, by the clock of the service. */
async function batchDuration(send: Send, accepted: Reply): Promise<number> {
  const id = textAt(parseJson(accepted.text), 'id') ?? '';
  for (const startMs = performance.now(); performance.now() - startMs < batchMs; ) {
    await sleep(pollMs);
    const reply = await send('readBatch', undefined, { id });
    if (reply.status === 429) throw rateLimitedFailure(reply);
    const error = errorIn('readBatch', reply);
    if (error !== undefined) throw new Error(error);
    const batch = parseJson(reply.text);
    const end = textAt(batch, 'finished_at');
    if (end === undefined) continue;
    if (numberAt(batch, 'succeeded') !== numberAt(batch, 'total')) throw new Error('failed items');
    return Date.parse(end) - Date.parse(textAt(batch, 'created_at') ?? '');
  }
  throw new Error(`no result within ${batchMs / 1000} s`);
}

/** Returns milliseconds from the time at which the request was due. */
async function latencyOf({ endpoint, until, body }: Scenario, send: Send, index: number, dueMs: number, fresh: boolean) {
  const sentMs = performance.now();
  const reply = await send(endpoint, body?.(index, fresh));
  const endMs = performance.now();
  if (reply.status === 429) throw rateLimitedFailure(reply);
  const error = errorIn(endpoint, reply);
  if (error !== undefined) throw new Error(error);
  return until === 'batch' ? sentMs - dueMs + (await batchDuration(send, reply)) : endMs - dueMs;
}

/** Measures the arrivals of one scenario. @param onLimit called if a rate limit rejects a request */
export function createMeasurement(scenario: Scenario, send: Send, fresh: boolean, onLimit: (failure: Error) => void) {
  const measurement: Measurement = { scenario, latencies: createLatencies(), sent: 0, errors: new Map() };
  const inFlight = new Set<Promise<void>>();
  const count = (error: string) => void measurement.errors.set(error, (measurement.errors.get(error) ?? 0) + 1);
  async function measure(index: number, dueMs: number): Promise<void> {
    try {
      measurement.latencies.record(await latencyOf(scenario, send, index, dueMs, fresh));
    } catch (error) {
      if (error instanceof Failure) onLimit(error);
      else count(codeOf(error));
    }
  }
  return {
    measurement,
    arrive(index: number, dueMs: number): void {
      measurement.sent += 1;
      if (inFlight.size < maxInFlight) {
        const each = measure(index, dueMs).finally(() => inFlight.delete(each));
        inFlight.add(each);
      } else count('not sent: too many requests wait for a response');
    },
    ended: () => Promise.all(inFlight),
  };
}

/** Errors of connections have a code; their messages contain addresses. */
const codeOf = (error: unknown): string => textAt(error, 'code') ?? (Error.isError(error) ? error.message : String(error));
