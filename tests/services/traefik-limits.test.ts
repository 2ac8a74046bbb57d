import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { maxBodyBytes } from '../../contract/body-limits.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import { rateLimits } from '../../contract/rate-limits.ts';
import { production } from '../../manifests/environments/production.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { g0, startService, type TestService } from '../../service/testing/service.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

const bin = findOnPath('traefik');
if (bin === undefined) console.error('skipped: install traefik 3 in PATH');
const withTraefik = bin === undefined ? describe.skip : describe;

const middleware = z.object({
  kind: z.literal('Middleware'),
  metadata: z.object({ name: z.string() }),
  spec: z.record(z.string(), z.json()),
});
const httpRoute = z.object({
  kind: z.literal('HTTPRoute'),
  metadata: z.object({ name: z.literal(production.names.route) }),
  spec: z.object({
    rules: z.array(
      z.object({
        matches: z.array(z.object({ path: z.object({ type: z.enum(['Exact', 'PathPrefix']), value: z.string() }) })),
        filters: z.array(z.object({ extensionRef: z.object({ name: z.string() }) })).default([]),
      }),
    ),
  }),
});

/** The routes and Middlewares of the environment `production` as a file of Traefik; every route leads to one service. */
function dynamicConfiguration(url: string) {
  const objects = synthesizeEnvironment(production).find(({ chart }) => chart === 'edge')?.objects ?? [];
  const middlewares = objects.flatMap((object) => {
    const { success, data } = middleware.safeParse(object);
    return success ? [[data.metadata.name, data.spec] as const] : [];
  });
  const rules = objects.flatMap((object) => httpRoute.safeParse(object).data?.spec.rules ?? []);
  const routers = rules.map(({ matches, filters }, at) => {
    const paths = matches.map(({ path: { type, value } }) => `${type === 'Exact' ? 'Path' : 'PathPrefix'}(\`${value}\`)`);
    return [
      `r${at}`,
      { rule: paths.join(' || '), middlewares: filters.map(({ extensionRef }) => extensionRef.name), service: 'api' },
    ] as const;
  });
  return {
    http: {
      routers: Object.fromEntries(routers),
      middlewares: Object.fromEntries(middlewares),
      services: { api: { loadBalancer: { servers: [{ url }] } } },
    },
  };
}

const agent = new Agent({ keepAlive: true });
let service: TestService;
let traefik: ChildProcess;
let folder: string;
let port: number;
beforeAll(async () => {
  if (bin === undefined) return;
  service = await startService({ RATE_LIMIT_IP_REQUESTS: '100000', RATE_LIMIT_LOGIN_REQUESTS: '100000', TRUSTED_PROXIES: '1' });
  folder = mkdtempSync(join(tmpdir(), 'leyenda-traefik-'));
  const file = join(folder, 'dynamic.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(dynamicConfiguration(service.url)));
  port = await freePort();
  const quiet = [
    '--providers.file.watch=false',
    '--global.checknewversion=false',
    '--global.sendanonymoususage=false',
    '--log.level=ERROR',
  ];
  traefik = spawn(bin, [`--entrypoints.web.address=127.0.0.1:${port}`, `--providers.file.filename=${file}`, ...quiet], { stdio: 'ignore' });
  await waitForPort(port, traefik);
  // It listens before it has read the file.
  await waitUntil(async () => (await send(endpoints.health.path, '', '127.0.1.9')) !== 404);
});
afterAll(async () => {
  if (bin === undefined) return;
  agent.destroy();
  const ended = traefik.exitCode === null ? once(traefik, 'exit') : undefined;
  traefik.kill('SIGKILL');
  await ended;
  await service.close();
  rmSync(folder, { recursive: true });
});

/** Sends a request from an address of the loopback network, for which Traefik counts. */
function send(path: string, body: string, from: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' };
  const sent = request({ host: '127.0.0.1', port, localAddress: from, path, method: 'POST', headers, agent }, (response) => {
    response.on('end', () => resolve(response.statusCode ?? 0)).resume();
  });
  sent.on('error', reject).end(body);
  return promise;
}

withTraefik('Traefik in front of production', () => {
  test('passes on a burst of logins from one address, then returns 429, and counts each address for itself', async () => {
    const { requests, burst } = rateLimits.login.edge;
    const login = (from: string) => send(endpoints.login.path, JSON.stringify({ username: 'unknown', password: 'wrong-password' }), from);
    const statuses: number[] = [];
    for (let at = 0; at < requests + 2 * burst; at += 1) statuses.push(await login('127.0.1.1'));
    const passed = statuses.filter((status) => status !== 429).length;
    expect(passed).toBeGreaterThanOrEqual(burst + 1);
    expect(statuses.at(-1)).toBe(429);
    expect(await login('127.0.1.2')).not.toBe(429);
  });

  test('passes on the rate and the burst of other requests, and rejects the rest', async () => {
    const { burst } = rateLimits.api.edge;
    const wave = () => Promise.all(Array.from({ length: 2 * burst }, () => send(endpoints.generate.path, JSON.stringify(g0), '127.0.1.3')));
    const statuses: number[] = [];
    // A busy machine sends so slowly that a first wave may stay below the rate.
    for (let waves = 0; waves < 20 && !statuses.includes(429); waves += 1) statuses.push(...(await wave()));
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(burst);
    expect([...new Set(statuses)].sort()).toEqual([200, 429]);
  });

  test('rejects a batch above the limit of the contract before it reaches the service', async () => {
    const before = service.lines.length;
    expect(await send(endpoints.createBatch.path, 'a'.repeat(8 * maxBodyBytes + 1), '127.0.1.4')).toBe(413);
    expect(service.lines.length).toBe(before);
  });
});
