import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type ServiceProcess, spawnService } from '../../testing/process.ts';
import { respondsWithText, startUpstream, type Upstream } from '../../testing/upstream.ts';

const key = 'a-key-of-the-settings';

describe('A call of a text model', () => {
  let folder: string;
  let upstream: Upstream;
  let service: ServiceProcess | undefined;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leyenda-proxy-'));
    upstream = await startUpstream(respondsWithText('42'));
  });
  afterEach(async () => {
    await service?.end();
    await upstream.close();
    rmSync(folder, { recursive: true });
  });

  async function query(environment: Record<string, string>) {
    service = spawnService({ LEYENDA_DATA_DIR: folder, VALID_API_KEYS: key, ...environment });
    const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
    const body = JSON.stringify({ query: 'What is 6 * 7?', context: false });
    const response = await fetch(`${await service.url()}/api/v1/query`, { method: 'POST', headers, body });
    return response.json();
  }

  test('passes the proxy of HTTP_PROXY', async () => {
    const HTTP_PROXY = new URL(upstream.url).origin;
    expect(await query({ HTTP_PROXY, OPENAI_BASE_URL: 'http://model.invalid/v1' })).toMatchObject({ result: '42' });
    expect(upstream.requests.map(({ path }) => path)).toEqual(['http://model.invalid/v1/chat/completions']);
  });

  test('does not pass it for a host in NO_PROXY', async () => {
    const environment = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1', OPENAI_BASE_URL: upstream.url };
    expect(await query(environment)).toMatchObject({ result: '42' });
    expect(upstream.requests.map(({ path }) => path)).toEqual(['/v1/chat/completions']);
  });
});
