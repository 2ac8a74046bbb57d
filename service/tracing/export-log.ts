import { DiagLogLevel, diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import type { Logger } from '../telemetry/log.ts';

/** Milliseconds between two lines. */
const intervalMs = 60_000;

const textOf = (given: unknown): string => (Error.isError(given) ? given.message : String(given));

/** Logs that traces are lost: one line a minute for any number of failures. */
export function logExportFailures(log: Pick<Logger, 'warn'>): void {
  let last = Number.NEGATIVE_INFINITY;
  let suppressed = 0;
  function report(given: unknown): void {
    suppressed += 1;
    if (performance.now() - last < intervalMs) return;
    log.warn(
      { dependency: 'traces', reason: textOf(given), failures: suppressed },
      'Traces are lost: the collector of OTEL_EXPORTER_OTLP_ENDPOINT does not take them',
    );
    last = performance.now();
    suppressed = 0;
  }
  setGlobalErrorHandler(report);
  const ignore = () => {};
  diag.setLogger(
    { error: report, warn: report, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}
