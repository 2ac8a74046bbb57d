import { type Context, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';

/** Spans of one request or job, more of which are not recorded: a batch of thousands of items would be one trace. */
const maxSpans = 500;
/** Ended spans of unsampled requests in progress that one process holds; more are dropped. */
const maxHeldSpans = 10_000;

/** The part of a trace below one request or job of this process. */
interface LocalTrace {
  readonly root: object;
  started: number;
  /** Ended spans, if the trace is not sampled; undefined once the root has ended. */
  held: ReadableSpan[] | undefined;
  kept: boolean;
}

/** The same span with the flag that exporters require. */
function asSampled(span: ReadableSpan): ReadableSpan {
  const context = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => context } });
}

/** Passes on the spans of sampled traces, and those of other requests and jobs once these have failed. */
export class LocalTraces implements SpanProcessor {
  readonly #next: SpanProcessor;
  readonly #traces = new WeakMap<object, LocalTrace>();
  #held = 0;
  constructor(next: SpanProcessor) {
    this.#next = next;
  }

  /** Whether a span has room for more spans below it. */
  hasRoom(parent: object): boolean {
    const local = this.#traces.get(parent);
    return local === undefined || local.started < maxSpans;
  }

  onStart(span: Span, parentContext: Context): void {
    const parent = trace.getSpan(parentContext);
    // A parent in another process is not known here.
    const local = (parent && this.#traces.get(parent)) ?? { root: span, started: 0, held: [], kept: false };
    local.started += 1;
    this.#traces.set(span, local);
  }

  onEnd(span: ReadableSpan): void {
    const local = this.#traces.get(span);
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#next.onEnd(span);
    else if (local !== undefined) this.#hold(local, span);
  }

  #hold(local: LocalTrace, span: ReadableSpan): void {
    if (local.root === span) this.#decide(local, span);
    else if (local.held === undefined) this.#pass(local, [span]);
    else if (this.#held < maxHeldSpans) {
      local.held.push(span);
      this.#held += 1;
    }
  }

  #decide(local: LocalTrace, root: ReadableSpan): void {
    const { held = [] } = local;
    local.held = undefined;
    local.kept = root.status.code === SpanStatusCode.ERROR;
    this.#held -= held.length;
    this.#pass(local, [...held, root]);
  }

  #pass({ kept }: LocalTrace, spans: readonly ReadableSpan[]): void {
    if (kept) for (const span of spans) this.#next.onEnd(asSampled(span));
  }

  forceFlush(): Promise<void> {
    return this.#next.forceFlush();
  }
  shutdown(): Promise<void> {
    return this.#next.shutdown();
  }
}
