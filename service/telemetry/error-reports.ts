import { createStackParser, createTransport, type Event, linkedErrorsIntegration, Scope } from '@sentry/core';
import { nodeStackLineParser, ServerRuntimeClient } from '@sentry/core/server';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { createAllowance } from './allowance.ts';
import type { ErrorLine } from './log.ts';

/** Timeout of one request to Sentry. */
const sendMs = 5000;
/** Maximum wait for events that are being sent when the process ends; shorter than the margin of the timings. */
const flushMs = 1000;
/** Events that may wait for Sentry; more are dropped. */
const bufferSize = 20;
/** Events of one process: so many at once, then one in 6 seconds. */
const limit = { burst: 20, perSecond: 1 / 6 };
/** Fields of a line that become tags. */
const tagNames = ['module', 'function', 'request_id', 'trace_id', 'route', 'code', 'task', 'role', 'process', 'origin'];

interface ErrorReportOptions {
  readonly dsn: string;
  readonly release: string;
  readonly environment: string;
  /** Masks secrets in JSON. */
  readonly redact: (json: string) => string;
  /** Called with the reason when events cannot be sent. */
  readonly onFailure: (reason: string) => void;
}

export interface ErrorReporter {
  /** Sends an error in the background. */
  report(line: ErrorLine): void;
  /** Resolves when everything is sent, or after a second. */
  flush(): Promise<void>;
}

/** The error with its stack, and nothing that the SDK adds from its surroundings: no request, user, breadcrumb or machine. */
const essence = ({ event_id, timestamp, platform, level, release, environment, tags, exception, sdk }: Event) => ({
  event_id,
  timestamp,
  platform,
  level,
  release,
  environment,
  tags,
  exception,
  sdk,
});

/** Sends unexpected errors to Sentry. Nothing waits for Sentry: an event that cannot be sent is dropped. */
export function createErrorReporter({ dsn, release, environment, redact, onFailure }: ErrorReportOptions): ErrorReporter {
  const isAllowed = createAllowance(limit);
  const dispatcher = new EnvHttpProxyAgent();
  let notSent = 0;
  const client = new ServerRuntimeClient({
    dsn,
    release,
    environment,
    platform: 'node',
    integrations: [linkedErrorsIntegration()],
    stackParser: createStackParser(nodeStackLineParser()),
    sendClientReports: false,
    maxValueLength: 500,
    transport: (options) =>
      createTransport({ ...options, bufferSize }, async ({ body }) => {
        const signal = AbortSignal.timeout(sendMs);
        const sent = fetch(options.url, { method: 'POST', body, ...(options.headers && { headers: options.headers }), dispatcher, signal });
        const response = await sent.catch((error: unknown) => {
          const cause = Error.isError(error) && Error.isError(error.cause) ? error.cause : error;
          onFailure(String(cause));
          throw error;
        });
        await response.body?.cancel();
        if (!response.ok) onFailure(`status ${response.status}`);
        return {
          statusCode: response.status,
          headers: {
            'x-sentry-rate-limits': response.headers.get('x-sentry-rate-limits'),
            'retry-after': response.headers.get('retry-after'),
          },
        };
      }),
    beforeSend: (event) => JSON.parse(redact(JSON.stringify(essence(event)))),
  });
  client.init();
  return {
    report({ message, error, level, fields }) {
      if (!isAllowed()) {
        notSent += 1;
        return;
      }
      const scope = new Scope();
      scope.setLevel(level);
      scope.setTag('log_message', message);
      if (notSent > 0) scope.setTag('not_sent_before', notSent);
      notSent = 0;
      for (const name of tagNames) if (fields[name] !== undefined) scope.setTag(name, String(fields[name]));
      client.captureException(error, { originalException: error }, scope);
    },
    flush: async () => void (await client.flush(flushMs)),
  };
}
