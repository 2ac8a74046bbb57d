import { type Context, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { createAllowance } from '../telemetry/allowance.ts';

/** Traces per second and process that are exported: the export of a trace costs as much as a fast request. */
const tracesPerSecond = 100;

/** The sampled flag that a span follows: of a span of this process, or of the request that sent the job. */
function inheritedFlag(outside: Context, kind: SpanKind): boolean | undefined {
  const parent = trace.getSpanContext(outside);
  if (parent === undefined || (parent.isRemote && kind !== SpanKind.CONSUMER)) return undefined;
  return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** Decides which traces are exported. The SDK uses it for the spans of the queue. */
export interface TraceSampler extends Sampler {
  isSampled(outside: Context, kind: SpanKind): boolean;
}

/**
 * Exports a part of the requests and of the jobs of this process itself, at most `tracesPerSecond`. A job of the queue follows the request
 * that sent it. All spans are recorded, so that those of a failed request or job can be kept.
 * @param ratio 0 to 1
 */
export function createTraceSampler(ratio: number): TraceSampler {
  const hasAllowance = createAllowance({ burst: tracesPerSecond, perSecond: tracesPerSecond });
  const isSampled = (outside: Context, kind: SpanKind) => inheritedFlag(outside, kind) ?? (Math.random() < ratio && hasAllowance());
  return {
    isSampled,
    shouldSample: (outside, _traceId, _name, kind) => ({
      decision: isSampled(outside, kind) ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD,
    }),
    toString: () => `TraceSampler{${ratio}}`,
  };
}
