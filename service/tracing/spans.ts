import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { WorkDescription } from '../telemetry/traced.ts';
import type { LocalTraces } from './local-traces.ts';
import { LocalTrace, RecordedSpan, type SpanOrigin } from './recorded-span.ts';
import type { TraceSampler } from './trace-sampler.ts';

/** What starts spans. */
export interface Tracing {
  readonly traces: LocalTraces;
  readonly origin: SpanOrigin;
  readonly sampler: TraceSampler;
  readonly ids: IdGenerator;
}

interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** The trace below the span of a context, or a new one. */
function traceOf({ traces, sampler, ids }: Tracing, outside: Context, kind: SpanKind): LocalTrace {
  const parent = trace.getSpan(outside);
  const known = traces.of(parent);
  if (known !== undefined) return known;
  return new LocalTrace(sampler.isSampled(outside, kind), () => ids.generateTraceId(), parent?.spanContext().traceId);
}

/** Starts a span below that of a context, or the first one of this process; undefined if the trace is full. */
export function startSpan(tracing: Tracing, outside: Context, start: SpanStart): RecordedSpan | undefined {
  const local = traceOf(tracing, outside, start.kind);
  const span = new RecordedSpan(tracing.origin, local, { ...start, parent: trace.getSpan(outside) });
  return local.add(span) ? span : undefined;
}

const propagates = createContextKey('leyenda propagates');
/** Whether outgoing requests carry the trace. */
export const isPropagated = (): boolean => context.active().getValue(propagates) === true;

/** The current span; undefined if it has ended: a timer of a library keeps the context of the request that created it. */
export function currentSpan(): Span | undefined {
  const span = trace.getSpan(context.active());
  return span?.isRecording() ? span : undefined;
}

/** Starts a client span without spans below it; undefined outside of a trace. */
export const startLeaf = (tracing: Tracing, name: string, attributes: Attributes = {}): Span | undefined =>
  currentSpan() && startSpan(tracing, context.active(), { name, kind: SpanKind.CLIENT, attributes });

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/** Starts a span below the current one, or the first one of a trace, and the context inside of it; undefined if the trace is full. */
export function startInner(tracing: Tracing, description: WorkDescription) {
  const { name, kind, attributes = {} } = description;
  const outside = currentSpan() === undefined ? ROOT_CONTEXT : context.active();
  const span = startSpan(tracing, outside, { name, kind: kinds[kind], attributes });
  if (span === undefined) return undefined;
  const inside = trace.setSpan(outside, span);
  return { span, inside: description.propagates ? inside.setValue(propagates, true) : inside };
}

const fieldOf = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** The kind of an error: its message may contain what a caller sent. The log line with the same trace id has the message. */
function errorType(error: unknown): string {
  const [type] = ['failure', 'code', 'name'].map((name) => fieldOf(error, name)).filter((value) => typeof value === 'string');
  return type ?? typeof error;
}

/** Marks a span as failed, unless the caller left. */
export function fail(span: Span, error: unknown): void {
  if (fieldOf(error, 'name') === 'AbortError') return;
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
