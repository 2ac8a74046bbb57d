import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from '../../service/client/client.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';

interface Plan {
  readonly folder: string;
  readonly kills: number;
  /** In so many of the kills, two more processes start on the folder: one before the kill and one after it. */
  readonly racing: number;
  /** Called after each start that follows a kill. */
  readonly report?: (line: string) => void;
}
interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  /** Ids of keys that were answered with 201 and are gone. */
  readonly lost: readonly string[];
  /** Starts that found the folder in use and ended with exit code 1. */
  readonly refused: number;
}

interface Serving {
  readonly service: ServiceProcess;
  readonly url: string;
}

/** Requests that write at the same time. */
const writers = 4;
/** Longest pause between the first acknowledged writes of a round and its kill, in milliseconds: the kill falls anywhere. */
const longestPause = 400;

const isRefused = ({ code, errors }: { code: unknown; errors: string }) => code === 1 && /is in use by .*: stop it first/.test(errors);

/** The one of several processes on one folder that serves; the others must have been refused. */
async function winnerOf(contenders: readonly ServiceProcess[]): Promise<Serving & { readonly refused: number }> {
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
  if (winner === undefined || serving.length > 1 || !exits.every(isRefused)) {
    for (const { service } of serving) await service.end();
    throw new Error(`${serving.length} processes serve one folder; the others ended so: ${JSON.stringify(exits)}`);
  }
  return { ...winner, refused: exits.length };
}

async function idsOf(url: string, credential: string): Promise<ReadonlySet<string>> {
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

/** Makes keys until the process is gone; each that was answered is added to `acknowledged`. */
async function write(url: string, credential: string, name: string, acknowledged: Set<string>, gone: AbortSignal): Promise<void> {
  const headers = { Authorization: `Bearer ${credential}`, 'Content-Type': 'application/json' };
  while (!gone.aborted) {
    try {
      const response = await fetch(`${url}/api/v1/keys`, { method: 'POST', headers, body: JSON.stringify({ name }) });
      const { id }: { id?: unknown } = Object(await response.json());
      if (response.status !== 201 || typeof id !== 'string') throw new Error(`answered ${response.status}`);
      acknowledged.add(id);
    } catch (error) {
      // The answer to this one did not arrive: it may be there or not.
      if (!(error instanceof TypeError) || !gone.aborted) await sleep(1);
    }
  }
}

/** Writes at the process and kills it amid that; gives the processes that start on the folder meanwhile and afterwards. */
async function round({ service, url }: Serving, key: string, acknowledged: Set<string>, start: () => ServiceProcess, isRacing: boolean) {
  const gone = new AbortController();
  const before = acknowledged.size;
  const writing = Promise.all(Array.from({ length: writers }, (_, i) => write(url, key, `writer ${i}`, acknowledged, gone.signal)));
  while (acknowledged.size < before + writers) await sleep(1);
  const early = isRacing ? [start()] : [];
  // An early contender needs about as long to come to the lock.
  await sleep(Math.random() * longestPause * (isRacing ? 4 : 1));
  service.signal('SIGKILL');
  gone.abort();
  const next = [...early, start()];
  await Promise.all([writing, service.exited]);
  return next;
}

/**
 * Kills the service on an embedded folder again and again while keys are made, and looks after each new start whether every key is
 * there that was answered with 201.
 */
export async function killDuringWrites({ folder, kills, racing, report = () => {} }: Plan): Promise<Outcome> {
  const start = () => spawnService({ LEYENDA_DATA_DIR: folder, RATE_LIMIT_REQUESTS: '1000000', LOG_LEVEL: 'info' });
  const acknowledged = new Set<string>();
  const lost = new Set<string>();
  let refused = 0;
  const first = start();
  let serving: Serving = { service: first, url: await first.url() };
  const key = await first.printed(/API key +(\S+)/);
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const isRacing = kill <= racing;
      const winner = await winnerOf(await round(serving, key, acknowledged, start, isRacing));
      serving = winner;
      refused += winner.refused;
      const found = await idsOf(winner.url, key);
      for (const id of acknowledged) if (!found.has(id)) lost.add(id);
      report(`kill ${kill}${isRacing ? ', racing' : ''}: ${acknowledged.size} acknowledged, ${lost.size} lost, ${refused} starts refused`);
    }
  } finally {
    await serving.service.end();
  }
  return { kills, acknowledged: acknowledged.size, lost: [...lost], refused };
}
