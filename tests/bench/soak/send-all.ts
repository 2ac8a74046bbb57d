import { setTimeout as sleep } from 'node:timers/promises';
import { createLatencies, type Latencies } from '../../../scripts/load/latencies.ts';
import { createSender } from '../../../scripts/load/send.ts';
import { key } from '../service-process.ts';

/** Parts of the run whose latencies and memory are compared. */
export const parts = 20;
/** In flight: many if they have due times, so that a slow one delays no other. */
const concurrency = { paced: 200, unpaced: 32 };

const caption = (description: string) => ({ content_description: description, style: 'casual', audience: 'general', client_id: 'soak' });
/** Of twenty requests, one needs a new caption and one an answer; the others repeat fifty captions. */
const send = (sender: ReturnType<typeof createSender>, index: number) => {
  if (index % 20 === 0) return sender.send('generate', caption(`A dog on a beach at sunset, picture ${index}`));
  if (index % 20 === 1) return sender.send('query', { query: `What is 6 * ${index}?` });
  return sender.send('generate', caption(`A lighthouse at dusk, picture ${index % 50}`));
};

/**
 * Sends requests in turn to the processes: as fast as they answer, or each when it is due, from which time its latency counts.
 * @param perSecond not set: as fast as they answer
 * @param onPart called after each part
 */
export async function sendAll(
  urls: readonly string[],
  total: number,
  perSecond: number | undefined,
  onPart: (done: number, latencies: Latencies) => void,
) {
  const senders = urls.map((url) => createSender({ http: url, graphql: url }, key));
  /** By what happened instead of a success. */
  const errors = new Map<string, number>();
  const latencies = Array.from({ length: parts }, createLatencies);
  const startMs = performance.now();
  let next = 0;
  let done = 0;
  async function sendNext(): Promise<void> {
    const index = next++;
    const dueMs = perSecond === undefined ? performance.now() : startMs + (index / perSecond) * 1000;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const sender = senders[index % senders.length];
    const status = sender === undefined ? 'no process' : await send(sender, index).then((reply) => reply.status, String);
    if (status !== 200) errors.set(String(status), (errors.get(String(status)) ?? 0) + 1);
    const part = latencies[Math.floor((done * parts) / total)];
    part?.record(performance.now() - dueMs);
    done += 1;
    if (part !== undefined && done % Math.floor(total / parts) === 0) onPart(done, part);
  }
  await Promise.all(
    Array.from({ length: perSecond === undefined ? concurrency.unpaced : concurrency.paced }, async () => {
      while (next < total) await sendNext();
    }),
  );
  await Promise.all(senders.map(({ close }) => close()));
  return { errors, latencies, seconds: (performance.now() - startMs) / 1000 };
}
