import { metrics } from '../../contract/metrics.ts';
import { ports } from '../../contract/ports.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { ApiProblem } from '../../service/client/problem.ts';
import type { CheckOptions, CheckOutcome, ValidationTarget } from './check.ts';

/** A firewall may drop what is sent to METRICS_PORT. Seconds. */
const guessSeconds = 3;

/**
 * Reads /metrics where the target has it: at `metricsUrl`; else at the base URL; else, if the service says that its metrics are
 * on another port, on that port of the same host. An edge leads to no METRICS_PORT: the check is skipped there.
 */
export async function checkMetrics(
  client: Client,
  options: CheckOptions,
  { baseUrl, metricsUrl }: ValidationTarget,
): Promise<CheckOutcome> {
  if (metricsUrl !== undefined) return counterOf(createClient({ baseUrl: metricsUrl, retries: 0 }), options, metricsUrl);
  try {
    return await counterOf(client, options, '');
  } catch (error) {
    if (!(error instanceof ApiProblem && error.code === 'metrics_on_other_port')) throw error;
    return (
      (await counterOnOtherPort(baseUrl, portIn(error.detail), options)) ?? {
        skipped: `${error.detail} To check them too, give --metrics-url`,
      }
    );
  }
}

/** The service names the port; an edge that answers for it does not. */
const portIn = (detail: string): number => Number(/ port (\d+) /.exec(detail)?.[1] ?? ports.metrics);

/** What that port of the same host answers; undefined if nothing of the service answers there. */
async function counterOnOtherPort(baseUrl: string, port: number, { timeoutSeconds, signal }: CheckOptions): Promise<string | undefined> {
  const { protocol, hostname } = new URL(baseUrl);
  // TLS ends at an edge, and no edge leads to METRICS_PORT.
  if (protocol !== 'http:') return undefined;
  const url = `http://${hostname}:${port}`;
  const seconds = Math.min(guessSeconds, timeoutSeconds);
  const options = { timeoutSeconds: seconds, signal: AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]) };
  const text = await createClient({ baseUrl: url, retries: 0 })
    .call('metrics', options)
    .catch(() => '');
  // Prometheus itself listens on the same number: only the service's own counter proves that these are its metrics.
  return text.includes(metrics.requests.name) ? `${url}/metrics has ${metrics.requests.name}` : undefined;
}

/** @throws if /metrics has no counter of requests */
async function counterOf(client: Client, options: CheckOptions, origin: string): Promise<string> {
  const name = /^\w*requests_total\b/m.exec(await client.call('metrics', options))?.[0];
  if (name === undefined) throw new Error(`${origin}/metrics has no counter that ends in requests_total`);
  return `${origin}/metrics has ${name}`;
}
