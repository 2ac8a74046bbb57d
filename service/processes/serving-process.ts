import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { withDeadline } from '../runtime/deadline.ts';
import { closeListener } from '../runtime/shutdown.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { type ToPrimary, toProcess } from './messages.ts';

/** Longer than the primary waits for a process. */
const timeoutMs = 5000;

/** This process among those of WORKERS. */
export interface ServingProcess {
  /** Unique for each process that the primary has started. */
  readonly id: number;
  /** Whether it is the first one: it migrates the database, creates the administrator and prints the welcome. */
  readonly isFirst: boolean;
  /** Reports to the primary that this process answers requests. */
  serving(): void;
  /** Closes the listeners of servers while their connections stay open. */
  closeListeners(servers: readonly Server[]): Promise<void>;
  /** The metrics of all processes, in Prometheus text format; the primary may read `metrics` from now on. */
  metricsText(metrics: Metrics): () => Promise<string>;
}

const send = (message: ToPrimary) => void process.send?.(message);

/** Answers the primary with metrics, and requests those of all processes. */
function shareMetrics(metrics: Metrics): () => Promise<string> {
  const pending = new Map<number, (text: string) => void>();
  let requests = 0;
  process.on('message', (message) => {
    const { data } = toProcess.safeParse(message);
    if (data?.kind === 'snapshot') void metrics.snapshot().then((snapshot) => send({ kind: 'snapshot', metrics: snapshot }));
    if (data?.kind === 'scraped') pending.get(data.id)?.(data.text);
  });
  return async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const id = ++requests;
    pending.set(id, resolve);
    send({ kind: 'scrape', id });
    const noAnswer = () => new Error('the primary did not send the metrics in time');
    return withDeadline(timeoutMs, noAnswer, () => promise).finally(() => pending.delete(id));
  };
}

/**
 * The primary closes the listeners of a process, after the connections that it has assigned to it: if the process closed them itself,
 * connections on their way to it would be lost.
 */
async function closeListeners(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    // The cluster module calls it.
    server.close = (done) => {
      if (done !== undefined) server.once('close', done);
      closeListener(server);
      resolve();
      return server;
    };
    return promise;
  });
  send({ kind: 'closing' });
  await Promise.all(closed);
}

/** This process, if the primary started it; undefined if it is the only one. */
export function servingProcess(): ServingProcess | undefined {
  const id = cluster.worker?.id;
  if (id === undefined) return undefined;
  return { id, isFirst: id === 1, serving: () => send({ kind: 'serving' }), closeListeners, metricsText: shareMetrics };
}
