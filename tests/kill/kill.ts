import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../service/client/client.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';

interface Plan {
  readonly folder: string;
  readonly kills: number;
  /** Kills with two contending processes on the folder: one starts before the kill and one after it. */
  readonly racing: number;
  /** Called after each start that follows a kill. */
  readonly report?: (line: string) => void;
}
interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  /** Ids of keys that were acknowledged with 201 and no longer exist. */
  readonly lost: readonly string[];
  /** Starts that failed because another process held the folder. */
  readonly lockedOut: number;
}

interface Serving {
  readonly service: ServiceProcess;
  readonly url: string;
}

/** Concurrent writers. */
const writers = 4;
/** Milliseconds at most between the first acknowledged writes of a round and its kill. */
const maxDelay = 400;

const isLockedOut = ({ code, errors }: { code: unknown; errors: string }) => code === 1 && /is in use by .*: stop it first/.test(errors);

/** Waits until one of several processes on one folder serves; the others must have failed to lock it. */
async function findServing(contenders: readonly ServiceProcess[]): Promise<Serving & { readonly lockedOut: number }> {
  const ends = await Promise.all(
    contenders.map(async (service) =>
      Promise.race([service.url().then((url) => ({ service, url })), service.exited.then((exit) => ({ exit }))]).catch(async () => ({
        exit: await service.exited,
      })),
    ),
  );
  const serving = ends.flatMap((end) => ('url' in end ? [end] : []));
  const exits = ends.flatMap((end) => ('exit' in end ? [end.exit] : []));
  const [winner] = serving;
  if (winner === undefined || serving.length > 1 || !exits.every(isLockedOut)) {
    for (const { service } of serving) await service.end();
    throw new Error(`${serving.length} processes serve one folder; the others exited with ${JSON.stringify(exits)}`);
  }
  return { ...winner, lockedOut: exits.length };
}

async function listKeyIds(url: string, credential: string): Promise<ReadonlySet<string>> {
  const client = createClient({ baseUrl: url, credential });
  const ids = new Set<string>();
  let after: string | null = null;
  do {
    const page: { items: readonly { id: string }[]; next: string | null } = await client.call('listKeys', {
      query: { limit: 100, ...(after === null ? {} : { after }) },
    });
    for (const { id } of page.items) ids.add(id);
    after = page.next;
  } while (after !== null);
  return ids;
}

/** Creates keys until the process is killed; adds each acknowledged one to `acknowledged`. */
async function write(url: string, credential: string, name: string, acknowledged: Set<string>, killed: AbortSignal): Promise<void> {
  const headers = { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' };
  while (!killed.aborted) {
    try {
      const response = await fetch(`${url}/api/v1/keys`, { method: 'POST', headers, body: JSON.stringify({ name }) });
      const { id }: { id?: unknown } = Object(await response.json());
      if (response.status !== 201 || typeof id !== 'string') throw new Error(`status ${response.status}`);
      acknowledged.add(id);
    } catch (error) {
      // Without a response, the key may exist or not.
      if (!(error instanceof TypeError) || !killed.aborted) await sleep(1);
    }
  }
}

/** Kills the process during writes; returns the processes that started on the folder before and after the kill. */
async function round({ service, url }: Serving, key: string, acknowledged: Set<string>, start: () => ServiceProcess, isRacing: boolean) {
  const killed = new AbortController();
  const before = acknowledged.size;
  const writing = Promise.all(Array.from({ length: writers }, (_, i) => write(url, key, `writer ${i}`, acknowledged, killed.signal)));
  while (acknowledged.size < before + writers) await sleep(1);
  const early = isRacing ? [start()] : [];
  // An early contender needs about as long to reach the lock.
  await sleep(Math.random() * maxDelay * (isRacing ? 4 : 1));
  service.signal('SIGKILL');
  killed.abort();
  const next = [...early, start()];
  await Promise.all([writing, service.exited]);
  return next;
}

/**
 * Kills the service on an embedded folder repeatedly while keys are created, and checks after each start that every key that was
 * acknowledged with 201 exists.
 */
export async function killDuringWrites({ folder, kills, racing, report = () => {} }: Plan): Promise<Outcome> {
  const start = () => spawnService({ LEYENDA_DATA_DIR: folder, RATE_LIMIT_REQUESTS: '1000000', LOG_LEVEL: 'info' });
  const acknowledged = new Set<string>();
  const lost = new Set<string>();
  let lockedOut = 0;
  const first = start();
  let serving: Serving = { service: first, url: await first.url() };
  const key = await first.printed(/API key +(\S+)/);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const isRacing = kill <= racing;
      const next = await findServing(await round(serving, key, acknowledged, start, isRacing));
      serving = next;
      lockedOut += next.lockedOut;
      const found = await listKeyIds(next.url, key);
      for (const id of acknowledged) if (!found.has(id)) lost.add(id);
      report(
        `kill ${kill}${isRacing ? ', racing' : ''}: ${acknowledged.size} acknowledged, ${lost.size} lost, ${lockedOut} starts locked out`,
      );
    }
  } finally {
    await serving.service.end();
  }
  return { kills, acknowledged: acknowledged.size, lost: [...lost], lockedOut };
}
