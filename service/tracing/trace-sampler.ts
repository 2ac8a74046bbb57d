import { type Context, SpanKind, TraceFlags, trace } from '@opentelemetry/api';
import { createAlwaysRecordSampler, type Sampler, SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import { createAllowance } from '../telemetry/allowance.ts';

/** Traces per second and process that are exported: the export of a trace costs as much as a fast request. */
const tracesPerSecond = 100;

/** The sampled flag that a span follows: of a span of this process, or of the request that sent the job. */
function inheritedFlag(outside: Context, kind: SpanKind): boolean | undefined {
  const parent = trace.getSpanContext(outside);
  if (parent === undefined || (parent.isRemote && kind !== SpanKind.CONSUMER)) return undefined;
  return (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
}

/**
 * Decides which traces are exported: a part of the requests and of the jobs of this process itself, at most `tracesPerSecond`. A job of the queue
 * follows the request that sent it. All spans are recorded, so that those of a failed request or job can be kept.
 * @param ratio 0 to 1
 */
export function createTraceSampler(ratio: number): Sampler {
  const byTraceId = new TraceIdRatioBasedSampler(ratio);
  const hasAllowance = createAllowance({ burst: tracesPerSecond, perSecond: tracesPerSecond });
  return createAlwaysRecordSampler({
    shouldSample(outside, traceId, _name, kind) {
      const inherited = inheritedFlag(outside, kind);
      if (inherited !== undefined) return { decision: inherited ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
      const own = byTraceId.shouldSample(outside, traceId);
      return own.decision === SamplingDecision.RECORD_AND_SAMPLED && !hasAllowance() ? { decision: SamplingDecision.RECORD } : own;
    },
    toString: () => `TraceSampler{${ratio}}`,
  });
}
