import { context, TraceFlags } from '@opentelemetry/api';
import type { Spans, WorkDescription } from '../telemetry/traced.ts';
import { RecordedSpan } from './recorded-span.ts';
import { runRequest } from './request-spans.ts';
import { currentSpan, fail, startInner, startLeaf, type Tracing } from './spans.ts';

async function runLeaf<T>(tracing: Tracing, { name, attributes }: WorkDescription, work: () => Promise<T>): Promise<T> {
  const span = startLeaf(tracing, name, attributes);
  if (span === undefined) return work();
  try {
    return await work();
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

async function runInner<T>(tracing: Tracing, description: WorkDescription, work: () => Promise<T>): Promise<T> {
  const started = startInner(tracing, description);
  if (started === undefined) return work();
  const { span, inside } = started;
  try {
    return await context.with(inside, work);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** The spans of the service's own work. */
export const createSpans = (tracing: Tracing): Spans => ({
  run: (description, work) => (description.isLeaf ? runLeaf : runInner)(tracing, description, work),
  runRequest: (description, work) => runRequest(tracing, description, work),
  addAttributes: (attributes) => void currentSpan()?.setAttributes(attributes),
  markFailed(error) {
    const span = currentSpan();
    if (span !== undefined) fail(span, error);
  },
  active() {
    const span = currentSpan();
    if (span === undefined || span instanceof RecordedSpan) return span;
    const { traceId, spanId, traceFlags } = span.spanContext();
    return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
  },
});
