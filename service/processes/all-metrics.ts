import { AggregatorRegistry } from 'prom-client';
import { type Snapshot, snapshot } from './messages.ts';

/** Milliseconds that a process has to send its metrics; then its last ones are used. */
const timeoutMs = 1000;

/** A process whose metrics can be requested. */
interface Source {
  readonly requestSnapshot: () => void;
}

/** Counters of an ended process still count: a sum that decreases would look like a restart of all processes. */
const isCumulative = ({ type }: Snapshot[number]) => type === 'counter' || type === 'histogram';

/** The metrics of the primary and all processes that it has started, each combined as prom-client's `aggregator` of it says. */
export function createAllMetrics(own: () => Promise<Snapshot>) {
  const snapshots = new Map<Source, Snapshot>();
  const arrivals = new Map<Source, () => void>();
  let ended: Snapshot[] = [];

  async function update(source: Source): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    arrivals.set(source, resolve);
    source.requestSnapshot();
    await promise.finally(() => clearTimeout(timer));
  }
  let updating: Promise<unknown> | undefined;

  return {
    add(source: Source): void {
      snapshots.set(source, []);
    },
    arrived(source: Source, metrics: Snapshot): void {
      if (snapshots.has(source)) snapshots.set(source, metrics);
      arrivals.get(source)?.();
    },
    /** Keeps the last counters of a process that has ended. */
    async remove(source: Source): Promise<void> {
      const last = snapshots.get(source)?.filter(isCumulative);
      snapshots.delete(source);
      arrivals.get(source)?.();
      arrivals.delete(source);
      if (last === undefined || last.length === 0) return;
      ended.push(last);
      if (ended.length > 1) ended = [snapshot.parse(await AggregatorRegistry.aggregate(ended.splice(0)).getMetricsAsJSON())];
    },
    /** In Prometheus text format. */
    async text(): Promise<string> {
      updating ??= Promise.all([...snapshots.keys()].map(update)).finally(() => {
        updating = undefined;
      });
      await updating;
      return AggregatorRegistry.aggregate([...snapshots.values(), await own(), ...ended]).metrics();
    },
  };
}
