import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { load } from '../../scripts/commands/load.ts';
import { loadObjectiveNames } from '../../scripts/load/objectives.ts';
import { scenarios } from '../../scripts/load/scenarios.ts';
import { runLeyenda } from '../../scripts/run-leyenda.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';

const key = 'key-of-the-load-test';
const document = z.object(load.document);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leyenda-load-'));
});
const running: (() => Promise<unknown>)[] = [];
afterEach(() => Promise.all(running.splice(0).map((end) => end())));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a process on a new folder. */
function start(name: string, environment: Readonly<Record<string, string>> = {}): ServiceProcess {
  const service = spawnService({
    LEYENDA_DATA_DIR: join(folder, name),
    VALID_API_KEYS: key,
    RATE_LIMIT_REQUESTS: '100000',
    ...environment,
  });
  running.push(service.end);
  return service;
}
/** An upstream that writes one caption, after some milliseconds. */
async function startModel(delayMs: number) {
  const upstream = await startUpstream(respondsWithText('{"captions": ["Rain and cake."]}', { delayMs }));
  running.push(upstream.close);
  return { upstream, model: { provider: 'openai', id: 'm', base_url: upstream.url, api_key: 'k' } };
}

/** Runs the command as it is typed. */
async function runLoad(service: ServiceProcess, typed: string, apiKey = key) {
  const written = { stdout: '', stderr: '' };
  const streams = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    terminal: false,
  };
  const graphql = `http://127.0.0.1:${await service.printed(/"graphql":(\d+)/)}`;
  const command = `load ${await service.url()} --graphql-url ${graphql} --json ${typed}`.split(' ');
  const exitCode = await runLeyenda(command, streams, { signal: new AbortController().signal, env: { LEYENDA_API_KEY: apiKey } });
  return { exitCode, error: written.stderr, result: () => document.parse(JSON.parse(written.stdout)) };
}

describe('leyenda load', () => {
  test('measures every scenario and objective of a running service', async () => {
    const service = start('all');
    const { exitCode, result } = await runLoad(service, '--rate 40 --seconds 5');
    const { passed, objectives, scenarios: measured, notes } = result();
    // On a busy machine a latency may miss its threshold.
    expect(exitCode).toBe(passed ? exitCodes.ok : exitCodes.different);
    expect(measured.map(({ scenario, errors, error_kinds }) => [scenario, errors, error_kinds])).toEqual(
      scenarios.map(({ name }) => [name, 0, {}]),
    );
    expect(measured.map(({ requests }) => requests)).toEqual([144, 6, 10, 20, 18, 2]);
    expect(objectives.map(({ objective }) => objective)).toEqual(loadObjectiveNames);
    const unmeasured = objectives.filter(({ value }) => value === undefined);
    expect(unmeasured).toEqual([{ objective: 'connections', state: 'not measured', detail: 'the embedded database has one connection' }]);
    expect(objectives.find(({ objective }) => objective === 'cacheHitRate')).toMatchObject({ state: 'met' });
    expect(notes).toEqual([]);
  });

  test('sends no request that a text model charges for, unless --paid is given', async () => {
    const { upstream, model } = await startModel(0);
    const service = start('paid', { TEXT_MODELS: JSON.stringify([{ ...model, price: { input: 1, output: 1 } }]) });
    const { result } = await runLoad(service, '--rate 40 --seconds 3');
    const { notes, scenarios: measured } = result();
    expect(notes).toEqual([expect.stringContaining('left out, because a text model charges for them: captions, new; queries')]);
    expect(measured.map(({ errors }) => errors)).toEqual([0, 0, 0, 0]);
    // The captions that are requested again and again.
    expect(upstream.requests).toHaveLength(5);
  });

  test('rejects a rate above the quota of the key before the load', async () => {
    const service = start('quota', { RATE_LIMIT_REQUESTS: '100' });
    const { exitCode, error } = await runLoad(service, '--rate 40 --seconds 30');
    expect(exitCode).toBe(exitCodes.usage);
    expect(error).toMatch(/the limit "caller" is the bottleneck: it allows 100 requests in 3600 s, of which \d+ are left/);
    const rate = Number(/--rate (\d+)$/m.exec(error)?.[1]);
    expect(rate).toBeLessThan(4);
    const metrics = await (await fetch(`${await service.url()}/metrics`)).text();
    expect(Number(/requests_total\{method="POST",route="\/api\/v4\/generate",status="200"\} (\d+)/.exec(metrics)?.[1])).toBeLessThan(10);
  });

  test('fails if the service rejects the key', async () => {
    const service = start('key');
    const { exitCode, error } = await runLoad(service, '--seconds 1', 'another-key-than-that');
    expect(exitCode).toBe(exitCodes.different);
    expect(error).toContain('set LEYENDA_API_KEY to an API key of the role Developer or Admin');
  });

  test('fails if an objective is missed', async () => {
    const { model } = await startModel(600);
    const service = start('slow', { TEXT_MODELS: JSON.stringify([model]) });
    const { exitCode, result } = await runLoad(service, '--rate 40 --seconds 3');
    expect(exitCode).toBe(exitCodes.different);
    expect(result().objectives.find(({ objective }) => objective === 'apiLatency')).toMatchObject({ state: 'missed' });
  });
});
