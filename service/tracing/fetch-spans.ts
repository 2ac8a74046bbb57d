import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { fail, isPropagated, startLeaf, type Tracing } from './spans.ts';

/** A request of undici, also of Node's `fetch`. */
interface OutgoingRequest {
  readonly method: string;
  readonly origin: URL | string;
  addHeader(name: string, value: string): void;
}
interface RequestMessage {
  readonly request: OutgoingRequest;
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isMessage = (message: unknown): message is RequestMessage =>
  isObject(message) && 'request' in message && isObject(message.request) && 'addHeader' in message.request;

/** The header alone: tracestate is the caller's. */
function addTrace(span: Span, request: OutgoingRequest): void {
  const headers: { traceparent?: string } = {};
  propagation.inject(trace.setSpan(context.active(), span), headers);
  if (headers.traceparent !== undefined) request.addHeader('traceparent', headers.traceparent);
}

/** Host and port only: the path and the query of a picture's URL may be secret. */
function attributesOf({ method, origin }: OutgoingRequest) {
  const { hostname, port, protocol } = new URL(origin);
  return {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    'url.scheme': protocol.slice(0, -1),
  };
}

/** Spans of outgoing requests; those to text models carry the header `traceparent`. @returns ends the subscription */
export function traceFetches(tracing: Tracing): () => void {
  const spans = new WeakMap<OutgoingRequest, Span>();
  const responded = new WeakSet<OutgoingRequest>();
  const on = {
    'undici:request:create'({ request }: RequestMessage) {
      if (request.method === 'CONNECT') return;
      const span = startLeaf(tracing, request.method, attributesOf(request));
      if (span === undefined) return;
      spans.set(request, span);
      if (isPropagated()) addTrace(span, request);
    },
    'undici:request:headers'({ request, response }: RequestMessage) {
      const span = spans.get(request);
      if (span === undefined || response === undefined) return;
      responded.add(request);
      span.setAttribute('http.response.status_code', response.statusCode);
      if (response.statusCode < 400) return;
      span.setAttribute('error.type', String(response.statusCode));
      span.setStatus({ code: SpanStatusCode.ERROR });
    },
    'undici:request:trailers': ({ request }: RequestMessage) => spans.get(request)?.end(),
    'undici:request:error'({ request, error }: RequestMessage) {
      const span = spans.get(request);
      if (span === undefined) return;
      // The reader of a body may stop before its end.
      if (!responded.has(request)) fail(span, error);
      span.end();
    },
  } as const;
  const subscriptions = Object.entries(on).map(
    ([name, handle]) => [name, (message: unknown) => void (isMessage(message) && handle(message))] as const,
  );
  for (const [name, handle] of subscriptions) subscribe(name, handle);
  return () => {
    for (const [name, handle] of subscriptions) unsubscribe(name, handle);
  };
}
