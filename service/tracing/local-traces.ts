import { type Context, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { LocalTrace, RecordedSpan } from './recorded-span.ts';

/** Ended spans of unsampled requests in progress that one process holds; more are dropped. */
const maxHeldSpans = 10_000;

type EndedSpan = RecordedSpan | ReadableSpan;

/** The span as exporters read it, with the flag that they require. */
function asSampled(span: EndedSpan): ReadableSpan {
  if (span instanceof RecordedSpan) return span.toReadable();
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } });
}

/**
 * Passes on the spans of sampled traces, and those of other requests and jobs once these have failed. As a processor it gets the spans
 * of the queue, which the SDK starts.
 */
export class LocalTraces implements SpanProcessor {
  readonly #next: SpanProcessor;
  readonly #ofQueue = new WeakMap<object, LocalTrace>();
  #held = 0;
  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  /** The trace of a span of this process. */
  of(span: object | undefined): LocalTrace | undefined {
    return span instanceof RecordedSpan ? span.local : span && this.#ofQueue.get(span);
  }

  onStart(span: Span, parentContext: Context): void {
    const { traceId, traceFlags } = span.spanContext();
    const local = this.of(trace.getSpan(parentContext)) ?? new LocalTrace((traceFlags & TraceFlags.SAMPLED) !== 0, () => traceId);
    local.add(span);
    this.#ofQueue.set(span, local);
  }

  onEnd(span: EndedSpan): void {
    const local = this.of(span);
    if (local === undefined || local.isSampled) this.#next.onEnd(asSampled(span));
    else if (local.root === span) this.#decide(local, span);
    else if (local.root === undefined) this.#pass(local, [span]);
    else this.#hold(local, span);
  }

  #hold(local: LocalTrace, span: EndedSpan): void {
    if (this.#held >= maxHeldSpans) return;
    local.held ??= [];
    local.held.push(span);
    this.#held += 1;
  }

  #decide(local: LocalTrace, root: EndedSpan): void {
    const { held = [] } = local;
    local.root = undefined;
    local.held = undefined;
    local.isKept = root.status.code === SpanStatusCode.ERROR;
    this.#held -= held.length;
    this.#pass(local, [...held, root]);
  }

  #pass({ isKept }: LocalTrace, spans: readonly EndedSpan[]): void {
    if (isKept) for (const span of spans) this.#next.onEnd(asSampled(span));
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }
  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
