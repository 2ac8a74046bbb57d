import { context, defaultTextMapGetter, propagation, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestDescription } from '../telemetry/traced.ts';
import { startSpan, type Tracing } from './spans.ts';

/** Methods that may be in names; others are one. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The caller's span: the request continues its trace. The caller's tracestate and baggage are not taken. */
const callerContext = (traceparent: string | undefined) =>
  traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, { traceparent }, defaultTextMapGetter);

function end(span: Span, method: string, { outcome }: RequestDescription): void {
  const { route, status, failure, id } = outcome();
  span.setAttribute('http.response.status_code', status);
  span.setAttribute('http.response.header.x-request-id', [id]);
  if (route !== undefined) {
    span.setAttribute('http.route', route);
    span.updateName(`${method} ${route}`);
  }
  const error = status >= 500 ? String(status) : failure;
  if (error !== undefined) {
    span.setAttribute('error.type', error);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** Runs a request in a span, which ends with the response. */
export function runRequest<T>(tracing: Tracing, description: RequestDescription, work: () => Promise<T>): Promise<T> {
  const { path, scheme, traceparent, onEnd } = description;
  const method = methods.has(description.method) ? description.method : '_OTHER';
  const attributes = { 'http.request.method': method, 'url.path': path, 'url.scheme': scheme };
  const parent = callerContext(traceparent);
  const span = startSpan(tracing, parent, { name: method, kind: SpanKind.SERVER, attributes });
  if (span === undefined) return work();
  onEnd(() => end(span, method, description));
  return context.with(trace.setSpan(parent, span), work);
}
