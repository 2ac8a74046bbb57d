import { hostname } from 'node:os';
import { context, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { product } from '../../contract/product.ts';
import type { Settings } from '../../contract/settings.ts';
import { withDeadline } from '../runtime/deadline.ts';
import type { Logger } from '../telemetry/log.ts';
import { useSpans } from '../telemetry/traced.ts';
import { createSpans } from './create-spans.ts';
import { logExportFailures } from './export-log.ts';
import { traceFetches } from './fetch-spans.ts';
import { LocalTraces } from './local-traces.ts';
import { maxValueLength, type SpanOrigin } from './recorded-span.ts';
import { traceRedis } from './redis-spans.ts';
import { createTraceSampler } from './trace-sampler.ts';

/** Ended spans that wait for their export; more are dropped. */
const maxQueueSize = 4096;
/** Milliseconds that a stop waits for the export of the last spans. */
const flushMs = 2000;

/** Tracing of a process, until `close`. */
export interface StartedTracing {
  /** Exports the last spans, for at most two seconds; a second call waits for the first one. */
  close(): Promise<void>;
}

const resourceOf = ({ ROLE, ENVIRONMENT, API_VERSION, RELEASE_ID }: Settings) =>
  defaultResource().merge(
    resourceFromAttributes({
      'service.name': ROLE === 'all' ? product.name : `${product.name}-${ROLE}`,
      'service.version': API_VERSION,
      'service.instance.id': `${hostname()}-${process.pid}`,
      'deployment.environment.name': ENVIRONMENT,
      'leyenda.release': RELEASE_ID,
    }),
  );

function createExporter(endpoint: string, headers: Settings['OTEL_EXPORTER_OTLP_HEADERS'] = []): SpanExporter {
  return new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: Object.fromEntries(headers.map(({ name, secret }) => [name, secret])),
  });
}

/** Traces requests and jobs of this process. @param exporter default: one that sends OTLP to the endpoint of the settings */
export function startTracing(
  settings: Settings,
  endpoint: string,
  log: Pick<Logger, 'warn'>,
  exporter = createExporter(endpoint, settings.OTEL_EXPORTER_OTLP_HEADERS),
): StartedTracing {
  logExportFailures(log);
  const traces = new LocalTraces(new BatchSpanProcessor({ exporter, maxQueueSize }));
  const resource = resourceOf(settings);
  const sampler = createTraceSampler(settings.OTEL_TRACES_SAMPLER_ARG);
  const ids = new RandomIdGenerator();
  // The queue traces its jobs with these.
  const provider = new TracerProvider({
    resource,
    spanLimits: { attributeValueLengthLimit: maxValueLength },
    sampler,
    idGenerator: ids,
    spanProcessors: [traces],
  });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const origin: SpanOrigin = {
    resource,
    instrumentationScope: { name: product.name },
    newSpanId: () => ids.generateSpanId(),
    onEnd: (span) => traces.onEnd(span),
  };
  const tracing = { traces, origin, sampler, ids };
  const subscriptions = [traceRedis(tracing), traceFetches(tracing)];
  useSpans(createSpans(tracing));
  async function close(): Promise<void> {
    useSpans(undefined);
    for (const unsubscribe of subscriptions) unsubscribe();
    const late = () => new Error(`the last spans were not exported within ${flushMs} ms`);
    await withDeadline(flushMs, late, () => provider.shutdown()).catch((error: unknown) => diag.warn(String(error)));
    trace.disable();
    context.disable();
    propagation.disable();
  }
  let closed: Promise<void> | undefined;
  return {
    close() {
      closed ??= close();
      return closed;
    },
  };
}
