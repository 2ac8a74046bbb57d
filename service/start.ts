/**
 * The process: parses the settings and runs the role in ROLE until a signal, in several processes if WORKERS says so.
 * Exit code 1: a setting is invalid or the role failed; the reason is on standard error.
 */

import cluster from 'node:cluster';
import { product } from '../contract/product.ts';
import { checkTimings, timings } from '../contract/timings.ts';
import { ignoredVariables, parseSettings } from './settings.ts';
import { stepReporter } from './start-progress.ts';
import { debugOnSignal } from './telemetry/level-signal.ts';
import { createRootLogger } from './telemetry/log.ts';
import { lineRedactor } from './telemetry/redact-lines.ts';
import { secretValues } from './telemetry/secret-values.ts';
import type { StartedTracing } from './tracing/start-tracing.ts';

const parsed = parseSettings(process.env);
const violations = [...('violations' in parsed ? parsed.violations : []), ...checkTimings(timings)];
if ('settings' in parsed && violations.length === 0) {
  const { settings } = parsed;
  const isPrimary = settings.WORKERS > 1 && cluster.isPrimary;
  const redact = lineRedactor(secretValues(settings));
  const { SENTRY_DSN: dsn, API_VERSION: version, RELEASE_ID: releaseId, ENVIRONMENT: environment } = settings;
  // Loaded on demand: without it, nothing of the SDK is in memory.
  const errors =
    dsn === undefined
      ? undefined
      : (await import('./telemetry/error-reports.ts')).createErrorReporter({
          dsn,
          release: `${product.name}@${version}+${releaseId}`,
          environment,
          redact,
          onFailure: (reason) => log.warn({ reason }, 'Errors cannot be sent to SENTRY_DSN'),
        });
  const root = createRootLogger(settings.LOG_LEVEL, {
    redact,
    onError: errors?.report,
    // The number among several processes, 0 for the primary.
    ...(settings.WORKERS > 1 && { base: { process: cluster.worker?.id ?? 0, pid: process.pid } }),
  });
  const log = root.log.child({ module: 'process' });
  debugOnSignal(root, settings.LOG_LEVEL);
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ error, origin }, 'The process ends because nothing caught this error');
    void end(1);
  });
  let tracing: StartedTracing | undefined;
  const ignored = ignoredVariables(process.env);
  if (cluster.isPrimary && ignored.length > 0) log.warn({ ignored }, 'Environment variables without effect are set');
  const reportStep = stepReporter(log, process.stdout);
  if (cluster.isPrimary) reportStep(`Starting ${product.title} ${product.version}`);
  // Loaded on demand: the primary answers no requests.
  if (isPrimary) await end(await (await import('./processes/primary.ts')).runPrimary(settings, log));
  const endpoint = settings.ROLE === 'migrate' ? undefined : settings.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint !== undefined) tracing = (await import('./tracing/start-tracing.ts')).startTracing(settings, endpoint, log);
  await (await import('./run-role.ts')).runRole({ settings, log: root.log, reportStep, tracing, end });

  /** Ends the process after its errors have been reported and its spans exported. */
  async function end(code: number): Promise<never> {
    await Promise.allSettled([errors?.flush(), tracing?.close()]);
    process.exit(code);
  }
} else {
  for (const violation of violations) console.error(violation);
  process.exitCode = 1;
}
