/**
 * Shows whether memory grows under requests that all differ: random keys, paths, ids and descriptions, as over a long time.
 * Prints the heap after garbage collection ten times. Usage: npm run bench:memory [-- REQUESTS]
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { endpoints } from '../../contract/endpoints/index.ts';
import { stopProcess } from './server-process.ts';
import { buildBundle, key, startService } from './service-process.ts';

const [total = 200_000] = process.argv.slice(2).map(Number);
const samples = 10;
const connections = 32;
const agent = new Agent({ keepAlive: true, maxSockets: connections });

/** Kinds of requests; each request is new to the service. */
const kinds = [
  () => ({ path: `/${randomBytes(8).toString('hex')}`, method: 'GET', key: undefined, body: '' }),
  () => ({ path: endpoints.generate.path, method: 'POST', key: randomBytes(32).toString('base64url'), body: caption() }),
  () => ({ path: endpoints.generate.path, method: 'POST', key, body: caption() }),
  () => ({ path: `${endpoints.processMetrics.path}?${randomUUID()}`, method: 'GET', key, body: '' }),
];
const next = (index: number) => kinds[index % kinds.length]?.() ?? { path: '/', method: 'GET', key: undefined, body: '' };
const caption = () =>
  JSON.stringify({
    content_description: `A dog on a beach ${randomUUID()}`,
    style: 'casual',
    audience: 'general',
    client_id: randomUUID(),
  });

async function send(url: string, index: number): Promise<void> {
  const { path, method, key: credential, body } = next(index);
  const headers = {
    'Content-Type': 'application/json',
    'X-Request-ID': randomUUID(),
    ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
  };
  const sent = request(url + path, { method, agent, headers });
  sent.end(body);
  const [response] = await once(sent, 'response');
  response.resume();
  await once(response, 'end');
}

const usage = z.object({ heapUsed: z.number(), rss: z.number() });

/** Bytes of the heap and of the process after garbage collection. */
async function measureMemory(child: ChildProcess) {
  const answer = once(child, 'message');
  child.kill('SIGUSR2');
  return usage.parse((await answer)[0]);
}

const folder = await mkdtemp(join(tmpdir(), 'leyenda-memory-'));
await buildBundle();
const server = await startService({
  log: join(folder, 'log'),
  env: { LEYENDA_DATA_DIR: join(folder, 'data') },
  nodeOptions: ['--expose-gc', '--import', join(import.meta.dirname, 'heap-on-signal.js')],
});
const { child, url } = server;
try {
  process.stdout.write(`${total} requests that all differ\n\nrequests      heap MB   resident MB\n`);
  let sent = 0;
  for (let sample = 0; sample <= samples; sample += 1) {
    const target = Math.floor((total / samples) * sample);
    const work = async () => {
      while (sent < target) await send(url, sent++);
    };
    await Promise.all(Array.from({ length: connections }, work));
    const { heapUsed, rss } = await measureMemory(child);
    const figures = [heapUsed, rss].map((bytes) => (bytes / 1024 / 1024).toFixed(1).padStart(12));
    process.stdout.write(`${String(sent).padEnd(8)} ${figures.join('')}\n`);
  }
} finally {
  agent.destroy();
  await stopProcess(server);
  await rm(folder, { recursive: true, force: true });
}
