/** Attributes are read by everyone who may read traces: none has a secret, a body, or a value of a statement. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** The span of some work. */
export interface WorkDescription {
  readonly name: string;
  readonly kind: 'internal' | 'client';
  readonly attributes?: SpanAttributes;
  /** No span is below it, and there is none outside of a trace: polls and health checks send statements too. */
  readonly isLeaf?: true;
  /** Outgoing requests below it carry the header `traceparent`. */
  readonly propagates?: true;
}

/** A request, and what is known at its end. */
export interface RequestDescription {
  readonly method: string;
  readonly path: string;
  readonly scheme: string;
  /** The header of the same name. */
  readonly traceparent: string | undefined;
  /** Calls `end` when the response is complete or its connection is closed. */
  readonly onEnd: (end: () => void) => void;
  readonly outcome: () => {
    readonly route: string | undefined;
    readonly status: number;
    readonly failure: string | undefined;
    readonly id: string;
  };
}

/** Ids of a trace and of one of its spans; `sampled`: the trace is exported. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** What tracing does (service/tracing). */
export interface Spans {
  run<T>(description: WorkDescription, work: () => Promise<T>): Promise<T>;
  runRequest<T>(description: RequestDescription, work: () => Promise<T>): Promise<T>;
  addAttributes(attributes: SpanAttributes): void;
  markFailed(error: unknown): void;
  active(): TraceIds | undefined;
}

/** Not set: requests are not traced. The SDK is loaded only if they are. */
let spans: Spans | undefined;
export function useSpans(given: Spans | undefined): void {
  spans = given;
}

/** Runs work in a span. */
export const traced = <T>(describe: () => WorkDescription, work: () => Promise<T>): Promise<T> =>
  spans === undefined ? work() : spans.run(describe(), work);

/** Runs a request in a span, the root of the trace in this process. */
export const tracedRequest = <T>(describe: () => RequestDescription, work: () => Promise<T>): Promise<T> =>
  spans === undefined ? work() : spans.runRequest(describe(), work);

/** Adds attributes to the current span. */
export const addAttributes = (attributes: () => SpanAttributes): void => spans?.addAttributes(attributes());

/** Marks the current span as failed although its work returns a value. */
export const markFailed = (error: unknown): void => spans?.markFailed(error);

/** The current span; undefined outside of one. */
export const activeTrace = (): TraceIds | undefined => spans?.active();

/** The trace of the current span, if it is exported. */
export function exportedTraceId(): string | undefined {
  const active = activeTrace();
  return active?.sampled ? active.traceId : undefined;
}

/** Fields of a log line. */
export function traceFields(): { readonly trace_id: string; readonly span_id: string } | Record<never, never> {
  const active = activeTrace();
  return active === undefined ? {} : { trace_id: active.traceId, span_id: active.spanId };
}
