import cluster, { type Worker } from 'node:cluster';
import { randomBytes } from 'node:crypto';
import { type Backoff, backoffMs } from '../../contract/retry.ts';
import type { Settings } from '../../contract/settings.ts';
import { type Timings, timings } from '../../contract/timings.ts';
import { debugSignal } from '../telemetry/level-signal.ts';
import type { Logger } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createAllMetrics } from './all-metrics.ts';
import { type ToProcess, toPrimary } from './messages.ts';

/** So many starts in succession that end before the process serves: then the primary ends, too. */
const maxFailedStarts = 5;
/** Pauses before a process that ended soon after its start is replaced; the first one is replaced at once. */
const restartPauses: Backoff = { firstMs: 100, longestMs: 10_000 };
/** Seconds for which a process waits for the others, to close the listeners at once: one of them may hang. */
const closeTogetherSeconds = 2;
/** Seconds after which a process that has not stopped is killed, in addition to the sum of its timings and `closeTogetherSeconds`. */
const killAfterSeconds = 2;

/** A process that the primary has started. */
interface Child {
  readonly worker: Worker;
  readonly startedAt: number;
  isServing: boolean;
  readonly requestSnapshot: () => void;
}

/** Variables of the processes in addition to those of the primary: without a secret, each would sign access tokens with its own key. */
const sharedSecret = ({ SECRET_KEY, JWT_SECRET_KEY }: Settings) =>
  SECRET_KEY === undefined && JWT_SECRET_KEY === undefined ? { SECRET_KEY: randomBytes(32).toString('hex') } : {};

const stopSeconds = ({ deregistrationDelay, drain, close }: Timings) =>
  deregistrationDelay + closeTogetherSeconds + drain + close + killAfterSeconds;

/**
 * Starts the processes of WORKERS, which share the listeners, replaces one that ends, and stops all of them at a signal. The first one
 * starts alone, so that a port in use is reported once and the database is migrated once.
 * @returns the exit code: 1 if the first process cannot start, the processes end before they serve, or one does not stop cleanly
 */
export function runPrimary(settings: Settings, log: Logger): Promise<number> {
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const environment = sharedSecret(settings);
  const children = new Set<Child>();
  const closing = new Set<Child>();
  const metrics = createMetrics();
  const all = createAllMetrics(() => metrics.snapshot());
  let stopping = false;
  let exitCode = 0;
  let failedStarts = 0;
  let crashes = 0;
  let hasServed = false;

  function start(): void {
    if (stopping) return;
    const worker = cluster.fork(environment);
    const send = (message: ToProcess) => void (worker.isConnected() && worker.send(message));
    const child: Child = { worker, startedAt: performance.now(), isServing: false, requestSnapshot: () => send({ kind: 'snapshot' }) };
    children.add(child);
    worker.on('message', (message: unknown) => {
      const { data } = toPrimary.safeParse(message);
      if (data?.kind === 'serving') served(child);
      if (data?.kind === 'closing') closeListeners(child);
      if (data?.kind === 'snapshot') all.arrived(child, data.metrics);
      if (data?.kind === 'scrape') void all.text().then((text) => send({ kind: 'scraped', id: data.id, text }));
    });
    worker.on('exit', (code, signal) => exited(child, code, signal));
  }

  /**
   * At a stop, all processes close their listeners at once: otherwise the first one sends its clients to the others, and those of them
   * that are connecting while the last one closes are reset.
   */
  function closeListeners(child: Child): void {
    closing.add(child);
    if (!stopping || closing.size === children.size) disconnectClosing();
    else if (closing.size === 1) setTimeout(disconnectClosing, closeTogetherSeconds * 1000).unref();
  }
  function disconnectClosing(): void {
    for (const { worker } of closing) worker.disconnect();
    closing.clear();
  }

  function served(child: Child): void {
    child.isServing = true;
    failedStarts = 0;
    all.add(child);
    if (hasServed) return;
    hasServed = true;
    for (let count = 1; count < settings.WORKERS; count += 1) start();
  }

  function exited(child: Child, code: number, signal: string | null): void {
    children.delete(child);
    closing.delete(child);
    if (closing.size > 0 && closing.size === children.size) disconnectClosing();
    void all.remove(child);
    if (stopping || !hasServed) {
      // At a signal, a process that does not serve yet ends by it.
      if (!stopping || (code !== 0 && child.isServing)) exitCode = 1;
      if (children.size === 0) end(exitCode);
      return;
    }
    metrics.count('processExits', {});
    log.error({ ended_process: child.worker.id, exit_code: code, signal }, 'A process ended and will be replaced');
    if (!child.isServing) failedStarts += 1;
    if (failedStarts >= maxFailedStarts) {
      log.fatal({ failedStarts }, 'Processes end before they serve');
      exitCode = 1;
      stop('SIGTERM');
      return;
    }
    crashes = performance.now() - child.startedAt < 60_000 ? crashes + 1 : 0;
    setTimeout(start, crashes > 1 ? backoffMs(restartPauses, crashes - 1) : 0);
  }

  function stop(signal: NodeJS.Signals): void {
    stopping = true;
    for (const { worker } of children) worker.process.kill(signal);
    if (children.size === 0) end(exitCode);
    setTimeout(() => kill(), stopSeconds(timings) * 1000).unref();
  }
  function kill(): void {
    exitCode = 1;
    for (const { worker } of children) worker.process.kill('SIGKILL');
  }

  const handle = (signal: NodeJS.Signals) => (stopping ? kill() : stop(signal));
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
  // A process that is starting does not handle the signal yet and would end by it.
  process.on(debugSignal, () => {
    for (const { worker, isServing } of children) if (isServing) worker.process.kill(debugSignal);
  });
  log.info({ processes: settings.WORKERS }, 'Starting the processes of WORKERS');
  start();
  return ended;
}
