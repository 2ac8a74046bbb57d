import { setTimeout as sleep } from 'node:timers/promises';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { batchesShapes } from '../../../service/batches/schema.ts';
import { onServerCore } from '../cores.ts';
import type { Figures } from '../figures.ts';
import { cpuMicroseconds, residentMegabytes, stopProcess } from '../server-process.ts';
import { authorization, startService } from '../service-process.ts';

const items = 10_000;
const maxSeconds = 12;

/** Captions and queries in turn; none is like another. */
const item = (index: number) =>
  index % 2 === 0
    ? { kind: 'generate', content_description: `Lighthouse ${index} at dusk`, style: 'casual', audience: 'general', client_id: 'benchmark' }
    : { kind: 'query', query: `What is ${index} * 7?` };

async function call(url: string, init: RequestInit = {}) {
  const response = await fetch(url, { ...init, headers: { ...authorization, 'Content-Type': 'application/json' } });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return batchesShapes.readBatch.answer.schema.parse(await response.json());
}

/** Items per second of one worker process, from its first finished item, for at most some seconds. */
export async function measureBatches(stores: Readonly<Record<string, string>>, log: string): Promise<Figures> {
  const api = await startService({ log, env: { ...stores, ROLE: 'api' } });
  const worker = await startService({ log, env: { ...stores, ROLE: 'worker' }, pin: onServerCore });
  try {
    const path = api.url + endpoints.createBatch.path;
    const { id } = await call(path, {
      method: 'POST',
      body: JSON.stringify({ items: Array.from({ length: items }, (_, at) => item(at)) }),
    });
    const sample = async () => {
      const { succeeded, failed, status } = await call(`${path}/${id}`);
      return { succeeded, failed, ended: status !== 'queued' && status !== 'running', at: performance.now(), cpu: cpuMicroseconds(worker) };
    };
    let first = await sample();
    while (first.succeeded === 0) {
      await sleep(20);
      first = await sample();
    }
    let last = first;
    while (!last.ended && last.at - first.at < maxSeconds * 1000) {
      await sleep(100);
      last = await sample();
    }
    const done = last.succeeded - first.succeeded;
    const figures = { cpu: (last.cpu - first.cpu) / done, failed: last.failed, residentMegabytes: residentMegabytes(worker) };
    return { perSecond: done / ((last.at - first.at) / 1000), ...figures };
  } finally {
    await Promise.all([api, worker].map(stopProcess));
  }
}
