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
    // The shortest run with 20 batches.
    const { exitCode, result } = await runLoad(service, '--rate 40 --seconds 50');
    const { passed, objectives, scenarios: measured, notes } = result();
    // On a busy machine a latency may miss its threshold.
    expect(exitCode).toBe(passed ? exitCodes.ok : exitCodes.different);
    expect(measured.map(({ scenario, errors, error_kinds }) => [scenario, errors, error_kinds])).toEqual(
      scenarios.map(({ name }) => [name, 0, {}]),
    );
    expect(measured.map(({ requests }) => requests)).toEqual([1440, 60, 100, 200, 180, 20]);
    expect(objectives.map(({ objective }) => objective)).toEqual(loadObjectiveNames);
    const unmeasured = objectives.filter(({ value }) => value === undefined);
    expect(unmeasured).toEqual([{ objective: 'connections', state: 'not measured', detail: 'the embedded database has one connection' }]);
    expect(objectives.find(({ objective }) => objective === 'cacheHitRate')).toMatchObject({ state: 'met' });
    expect(notes).toEqual([]);
  });

  test.each([
    ['charges for', { price: { input: 1, output: 1 } }],
    ['may charge for, because its price is unknown', {}],
  ])('sends no request that a text model %s, unless --paid is given', async (_what, price) => {
    const { upstream, model } = await startModel(0);
    const service = start(`paid-${Object.keys(price).length}`, { TEXT_MODELS: JSON.stringify([{ ...model, ...price }]) });
    const { result } = await runLoad(service, '--rate 40 --seconds 3');
    const { notes, scenarios: measured } = result();
    expect(notes).toEqual([expect.stringContaining(': captions, new; queries. --paid')]);
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

  test('prints the latency of a slow text model that is free, and does not judge it', async () => {
    const { model } = await startModel(600);
    const service = start('slow', { TEXT_MODELS: JSON.stringify([{ ...model, price: { input: 0, output: 0 } }]) });
    const { result } = await runLoad(service, '--rate 40 --seconds 10');
    const { objectives, scenarios: measured, notes } = result();
    expect(measured.find(({ scenario }) => scenario === 'queries')?.p50_ms).toBeGreaterThan(600);
    // The objectives stay met on an idle machine.
    for (const name of ['apiLatency', 'averageLatency'])
      expect(objectives.find(({ objective }) => objective === name)?.detail ?? '').not.toMatch(/queries|captions, new/);
    expect(notes).toEqual(['latencies not judged, because they are those of a text model: captions, new; queries']);
  });

  test('fails if a run is too short for a percentile, with the seconds that suffice', async () => {
    const { exitCode, result } = await runLoad(start('short'), '--rate 40 --seconds 3');
    expect(exitCode).toBe(exitCodes.different);
    expect(result()).toMatchObject({ passed: false });
    expect(result().objectives.find(({ objective }) => objective === 'workerLatency')).toEqual({
      objective: 'workerLatency',
      state: 'not measured',
      detail: 'batches of 10: 1 of 20 responses; run with --seconds 50',
    });
  });

  test('fails if no request is due', async () => {
    const { exitCode, result } = await runLoad(start('none'), '--rate 1 --seconds 1');
    expect([exitCode, result().passed]).toEqual([exitCodes.different, false]);
  });
});
