import {
  type Attributes,
  context,
  createContextKey,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { WorkDescription } from '../telemetry/traced.ts';
import type { LocalTraces } from './local-traces.ts';

/** What starts spans. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly traces: LocalTraces;
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
export function startLeaf({ tracer, traces }: Tracing, name: string, attributes: Attributes = {}): Span | undefined {
  const parent = currentSpan();
  if (parent === undefined || !traces.hasRoom(parent)) return undefined;
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, context.active());
}

const kinds = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/** Starts a span below the current one, or the first one of a trace, and the context inside of it; undefined if the trace is full. */
export function startInner({ tracer, traces }: Tracing, description: WorkDescription) {
  const { name, kind, attributes = {} } = description;
  const parent = currentSpan();
  if (parent !== undefined && !traces.hasRoom(parent)) return undefined;
  const outside = parent === undefined ? ROOT_CONTEXT : context.active();
  const span = tracer.startSpan(name, { kind: kinds[kind], attributes }, outside);
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
