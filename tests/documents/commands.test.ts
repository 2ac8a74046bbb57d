import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandPages, fencesOf, isRunnable, needOf, placeOf } from '../../scripts/docs/fences.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import type { Upstream } from '../../service/testing/upstream.ts';
import { endpointValues, startModelEndpoint } from './model-endpoint.ts';
import { findPrograms } from './programs.ts';
import { belongsTo, type RunningService, runPage } from './run-page.ts';

test.each(commandPages())('%s marks each block of commands as run or with what it needs (CONTRIBUTING.md)', (page) => {
  const unmarked = fencesOf(page).filter((fence) => isRunnable(fence) && placeOf(fence) === undefined && needOf(fence) === undefined);
  expect(unmarked.map(({ line, text }) => `${page}:${line}: ${text}`)).toEqual([]);
});

const pages = commandPages().filter((page) => fencesOf(page).some(belongsTo('run')));
const onPrograms = findPrograms('bash', 'curl', 'jq', 'openssl') ? describe : describe.skip;

onPrograms('The commands of the documents', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-documents-data-'));
  let process: ServiceProcess;
  let upstream: Upstream;
  let service: RunningService;
  beforeAll(async () => {
    process = spawnService({ LEYENDA_DATA_DIR: folder });
    upstream = await startModelEndpoint();
    const [password, key] = [await process.printed(/Password +(\S+)/), await process.printed(/API key +(\S+)/)];
    const http = await process.printed(/"ports":\{"http":(\d+)/);
    const graphql = await process.printed(/"graphql":(\d+)/);
    service = { http: `127.0.0.1:${http}`, graphql: `127.0.0.1:${graphql}`, key, password };
  });
  afterAll(async () => {
    await process.end();
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  test.each(pages)('%s', async (page) =>
    expect(await runPage(fencesOf(page), { place: 'run', values: endpointValues(upstream.url), service })).toBeUndefined(),
  );
});
