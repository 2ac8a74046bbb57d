import { metrics } from '../../contract/metrics.ts';
import { ports } from '../../contract/ports.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { ApiProblem } from '../../service/client/problem.ts';
import type { CheckOptions, CheckOutcome, ValidationTarget } from './check.ts';

/** Short, because a firewall may drop packets to METRICS_PORT. */
const otherPortTimeoutSeconds = 3;

/**
 * Reads /metrics at `metricsUrl`, else at the base URL, else on the port of the same host that the service names. An edge forwards
 * no METRICS_PORT: the check is then skipped.
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

/** The port in the problem of the service; the default behind an edge that replaces the body. */
const portIn = (detail: string): number => Number(/ port (\d+) /.exec(detail)?.[1] ?? ports.metrics);

/** Reads the counter on that port of the same host; undefined if the service is not there. */
async function counterOnOtherPort(baseUrl: string, port: number, { timeoutSeconds, signal }: CheckOptions): Promise<string | undefined> {
  const { protocol, hostname } = new URL(baseUrl);
  // TLS is terminated at an edge, and no edge forwards METRICS_PORT.
  if (protocol !== 'http:') return undefined;
  const url = `http://${hostname}:${port}`;
  const options = { timeoutSeconds: Math.min(otherPortTimeoutSeconds, timeoutSeconds), signal };
  const text = await createClient({ baseUrl: url, retries: 0 })
    .call('metrics', options)
    .catch(() => '');
  // Prometheus itself uses the same port: only the counter of the service proves that these are its metrics.
  return text.includes(metrics.requests.name) ? `${url}/metrics has ${metrics.requests.name}` : undefined;
}

/** @throws if /metrics has no request counter */
async function counterOf(client: Client, options: CheckOptions, origin: string): Promise<string> {
  const name = /^\w*requests_total\b/m.exec(await client.call('metrics', options))?.[0];
  if (name === undefined) throw new Error(`${origin}/metrics has no counter that ends in requests_total`);
  return `${origin}/metrics has ${name}`;
}
