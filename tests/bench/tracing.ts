/**
 * Compares the service without traces, with every trace and with a tenth of the traces exported: alternating rounds of role api on
 * PostgreSQL and Redis. Usage: npm run bench:tracing [-- ROUNDS [SECONDS]]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endpoints } from '../../contract/endpoints/index.ts';
import { startPostgres, startRedis } from '../services/servers.ts';
import { moveToLoadCore, onServerCore, pinning } from './cores.ts';
import { measureThroughput, warmUp } from './measure/rounds.ts';
import { captionBody, chatBody, chatModel } from './requests.ts';
import { stopProcess, suspend } from './server-process.ts';
import { authorization, buildBundle, startService } from './service-process.ts';
import { type Started, startScript } from './targets.ts';

const [rounds = 5, seconds = 4] = process.argv.slice(2).map(Number);
const effort = { rounds, seconds };
const print = (line: string) => void process.stdout.write(`${line}\n`);

interface Measured {
  readonly path: string;
  readonly body: string;
  readonly settings: Readonly<Record<string, string>>;
}

const [postgres, redis] = [await startPostgres(), await startRedis()];
if (postgres === undefined || redis === undefined) throw new Error('install PostgreSQL (/usr/lib/postgresql) and redis-server');
const folder = await mkdtemp(join(tmpdir(), 'leyenda-bench-'));
await buildBundle();
moveToLoadCore();
const onLoadCore = (command: readonly string[]) => command;
const upstream = await startScript('mock-upstream.ts', join(folder, 'upstream.log'), onLoadCore);
const collector = await startScript('mock-collector.ts', join(folder, 'collector.log'), onLoadCore);
const traces = (ratio: string) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER_ARG: ratio });
const variants = { off: {}, 'every trace': traces('1'), 'a tenth': traces('0.1') } as const;
const stores = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
const models = JSON.stringify([{ provider: 'openai', id: chatModel, base_url: `${upstream.url}v1`, api_key: 'sk-upstream' }]);
const measured: Readonly<Record<string, Measured>> = {
  'cached caption': { path: endpoints.generate.path, body: captionBody, settings: {} },
  'pass-through': { path: endpoints.chatCompletions.path, body: chatBody, settings: { TEXT_MODELS: models } },
};
const log = join(folder, 'log');

async function compare({ path, body, settings }: Measured): Promise<void> {
  const targets = new Map<string, Started>();
  for (const [name, tracing] of Object.entries(variants)) {
    const server = await startService({ log, env: { ...stores, ...settings, ...tracing, ROLE: 'api' }, pin: onServerCore });
    targets.set(name, { server, request: { url: server.url + path, headers: authorization, body } });
    suspend(server);
  }
  try {
    for (const target of targets.values()) await warmUp(target, effort);
    const results = await measureThroughput(targets, effort);
    const { perSecond: base = Number.NaN, cpu: baseCpu = Number.NaN } = results.get('off') ?? {};
    for (const [name, { perSecond = Number.NaN, cpu = Number.NaN, failed = 0 }] of results) {
      if (failed > 0) throw new Error(`${failed} requests failed`);
      const ratios = `throughput × ${(perSecond / base).toFixed(2)}, CPU × ${(cpu / baseCpu).toFixed(2)}`;
      print(`  ${name.padEnd(12)} ${perSecond.toFixed(0).padStart(6)} requests/s  ${cpu.toFixed(0).padStart(5)} µs of CPU  ${ratios}`);
    }
  } finally {
    await Promise.all([...targets.values()].map(({ server }) => stopProcess(server)));
  }
}

try {
  // Migrates.
  await stopProcess(await startService({ log, env: { ...stores, ROLE: 'all' } }));
  print(`median of ${rounds} rounds of ${seconds} s by wrk; ${pinning}`);
  for (const [name, each] of Object.entries(measured)) {
    print(name);
    await compare(each);
  }
} finally {
  await Promise.all([stopProcess(upstream.server), stopProcess(collector.server), postgres.remove(), redis.remove()]);
  await rm(folder, { recursive: true, force: true });
}
