import { Yaml } from 'cdk8s';
import { anyAddressAt } from '../constructs/address-ranges.ts';
import type { Environment } from '../environments/environment.ts';

/** Jaeger in one process: receives OTLP, stores the newest traces in memory, serves the UI. */
export function jaegerConfig(environment: Environment, maxTraces: number): string {
  const { ports } = environment;
  const store = 'memory';
  return Yaml.stringify({
    service: {
      extensions: ['jaeger_storage', 'jaeger_query'],
      pipelines: { traces: { receivers: ['otlp'], processors: ['batch'], exporters: ['jaeger_storage_exporter'] } },
      telemetry: { logs: { level: 'info' } },
    },
    extensions: {
      jaeger_storage: { backends: { [store]: { memory: { max_traces: maxTraces } } } },
      jaeger_query: { storage: { traces: store }, http: { endpoint: anyAddressAt(environment, ports.jaeger) } },
    },
    receivers: { otlp: { protocols: { http: { endpoint: anyAddressAt(environment, ports.otlp) } } } },
    processors: { batch: {} },
    exporters: { jaeger_storage_exporter: { trace_storage: store } },
  });
}
