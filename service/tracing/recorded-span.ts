import {
  type Attributes,
  type AttributeValue,
  type HrTime,
  type Span,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { TraceIds } from '../telemetry/traced.ts';

/** Maximum characters of an attribute, such as a path or a statement. */
export const maxValueLength = 1000;

/** Spans of one request or job, more of which are not recorded: a batch of thousands of items would be one trace. */
const maxSpans = 500;

/** The part of a trace below one request or job of this process. */
export class LocalTrace {
  readonly isSampled: boolean;
  /** Exported although it is not sampled. */
  isKept = false;
  /** Milliseconds since the epoch at which `performance.now()` was 0. */
  readonly epochMs = Date.now() - performance.now();
  /** The span of the request or job; undefined once it has ended. */
  root: object | undefined;
  /** Ended spans, if the trace is not sampled. */
  held: (RecordedSpan | ReadableSpan)[] | undefined;
  readonly #newId: () => string;
  #id: string | undefined;
  #started = 0;

  /** @param id default: a new one, once it is read */
  constructor(isSampled: boolean, newId: () => string, id?: string) {
    this.isSampled = isSampled;
    this.#newId = newId;
    this.#id = id;
  }
  get id(): string {
    this.#id ??= this.#newId();
    return this.#id;
  }
  /** Counts one more span, the first of which is the root. @returns false if the trace is full */
  add(span: object): boolean {
    if (this.#started >= maxSpans) return false;
    if (this.#started === 0) this.root = span;
    this.#started += 1;
    return true;
  }
}

/** What the spans of a process have in common. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly newSpanId: () => string;
  readonly onEnd: (span: RecordedSpan) => void;
}

interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  /** In this process or another one. */
  readonly parent: Span | undefined;
}

const hrTime = (ms: number): HrTime => [Math.floor(ms / 1000), Math.floor((ms % 1000) * 1e6)];
const shortened = (value: AttributeValue) => (typeof value === 'string' ? value.slice(0, maxValueLength) : value);
const unset: SpanStatus = { code: SpanStatusCode.UNSET };

/**
 * A span that costs little unless it is exported: id, times and attributes get their form when they are read. It has no events, because
 * the message of an exception may quote what a caller sent.
 */
export class RecordedSpan implements Span, TraceIds {
  readonly local: LocalTrace;
  readonly kind: SpanKind;
  name: string;
  status = unset;
  readonly #origin: SpanOrigin;
  readonly #parent: Span | undefined;
  readonly #given: Attributes;
  readonly #startedMs = performance.now();
  #endedMs: number | undefined;
  #added: Attributes | undefined;
  #id: string | undefined;

  constructor(origin: SpanOrigin, local: LocalTrace, { name, kind, attributes, parent }: SpanStart) {
    this.local = local;
    this.kind = kind;
    this.name = name;
    this.#origin = origin;
    this.#parent = parent;
    this.#given = attributes;
  }

  get traceId(): string {
    return this.local.id;
  }
  get spanId(): string {
    this.#id ??= this.#origin.newSpanId();
    return this.#id;
  }
  get sampled(): boolean {
    return this.local.isSampled || this.local.isKept;
  }
  spanContext(): SpanContext {
    return { traceId: this.traceId, spanId: this.spanId, traceFlags: this.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE };
  }
  setAttribute(name: string, value: AttributeValue): this {
    this.#added ??= {};
    this.#added[name] = value;
    return this;
  }
  setAttributes(attributes: Attributes): this {
    this.#added = { ...this.#added, ...attributes };
    return this;
  }
  setStatus(status: SpanStatus): this {
    this.status = status;
    return this;
  }
  updateName(name: string): this {
    this.name = name;
    return this;
  }
  isRecording(): boolean {
    return this.#endedMs === undefined;
  }
  end(): void {
    if (this.#endedMs !== undefined) return;
    this.#endedMs = performance.now();
    this.#origin.onEnd(this);
  }
  addEvent(): this {
    return this;
  }
  addLink(): this {
    return this;
  }
  addLinks(): this {
    return this;
  }
  recordException(): void {}

  /** The form that exporters read, of a span that has ended. */
  toReadable(): ReadableSpan {
    const [started, ended] = [this.#startedMs, this.#endedMs ?? this.#startedMs];
    const context = this.spanContext();
    const all = Object.entries({ ...this.#given, ...this.#added });
    return {
      name: this.name,
      kind: this.kind,
      spanContext: () => context,
      ...(this.#parent && { parentSpanContext: this.#parent.spanContext() }),
      startTime: hrTime(this.local.epochMs + started),
      endTime: hrTime(this.local.epochMs + ended),
      duration: hrTime(ended - started),
      ended: true,
      status: this.status,
      attributes: Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, shortened(value)]]))),
      resource: this.#origin.resource,
      instrumentationScope: this.#origin.instrumentationScope,
      links: [],
      events: [],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  }
}
