/**
 * Runs every client library that can be installed here against a process of the service, and writes docs/clients.md if all could be.
 * Usage: npm run test:clients [-- CLIENT…]; exit code 1 if a feature of a client fails.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { spawnService } from '../../service/testing/process.ts';
import { type Client, clients, features } from './clients.ts';
import { type Command, install } from './install.ts';
import { type ClientResults, clientsPage, featureResult } from './page.ts';
import { startUpstream } from './upstream.ts';

const run = promisify(execFile);
const print = (line: string) => void process.stdout.write(`${line}\n`);
const key = 'clients-key-000000';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const firstLine = (error: unknown) => String(Error.isError(error) ? error.message : error).split('\n')[0] ?? '';
const results = z.partialRecord(z.enum(features), featureResult);

/** Runs the program of a client; the last line of its output has the results. */
async function check({ file, args, env }: Command, environment: Readonly<Record<string, string>>): Promise<ClientResults> {
  const { stdout } = await run(file, args, { env: { ...process.env, ...env, ...environment }, timeout: 300_000 });
  return results.parse(JSON.parse(stdout.split('\n').at(-1) ?? ''));
}

function report({ name }: Client, found: ClientResults): boolean {
  const failed = features.filter((feature) => found[feature] === undefined || 'fails' in found[feature]);
  print(`${name}: ${features.length - failed.length} of ${features.length}`);
  for (const feature of failed) print(`  ${feature}: ${JSON.stringify(found[feature])}`);
  return failed.length === 0;
}

const chosen = process.argv.slice(2);
const wanted = clients.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const folder = await mkdtemp(join(tmpdir(), 'leyenda-clients-data-'));
const upstream = await startUpstream();
const page = await freePort();
const model = { provider: 'openai', base_url: upstream.url, api_key: 'k' };
const service = spawnService({
  LEYENDA_DATA_DIR: folder,
  VALID_API_KEYS: key,
  RATE_LIMIT_REQUESTS: '100000',
  CORS_ORIGINS: `http://127.0.0.1:${page}`,
  TEXT_MODELS: JSON.stringify([
    { ...model, id: 'full' },
    { ...model, id: 'text', capabilities: ['chat', 'streaming'] },
  ]),
});
const all = new Map<string, ClientResults>();
let passed = 0;
try {
  const environment = { LEYENDA_URL: `${await service.url()}/v1`, LEYENDA_KEY: key, LEYENDA_PAGE_PORT: String(page) };
  for (const client of wanted) {
    const command = await install(client).catch((error: unknown) =>
      print(`skipped: ${client.name} cannot be installed: ${firstLine(error)}`),
    );
    if (command === undefined) continue;
    const found = await check(command, environment).catch((error: unknown) => {
      print(`${client.name}: the program failed: ${firstLine(error)}`);
      return {};
    });
    all.set(client.name, found);
    if (report(client, found)) passed += 1;
  }
} finally {
  await service.end();
  await upstream.close();
  await rm(folder, { recursive: true, force: true });
}
if (all.size === clients.length) await writeFile(join(import.meta.dirname, '../../docs/clients.md'), clientsPage(all));
print(`${passed} passed, ${all.size - passed} failed, ${wanted.length - all.size} skipped`);
process.exitCode = passed < all.size ? 1 : 0;
