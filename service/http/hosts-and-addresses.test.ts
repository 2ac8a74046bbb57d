import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startService, type TestService } from '../testing/service.ts';
import { clientNetwork } from './client-network.ts';

let service: TestService;
beforeAll(async () => {
  service = await startService({ TRUSTED_HOSTS: 'localhost,api.yourapp.com', TRUSTED_PROXIES: '2', RATE_LIMIT_IP_REQUESTS: '1000' });
});
afterAll(() => service.close());

/** Sends headers that fetch does not allow. */
function send(path: string, headers: Record<string, string>): Promise<{ status: number | undefined; body: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  request(`${service.url}${path}`, { headers }, async (response) => {
    let body = '';
    for await (const chunk of response) body += String(chunk);
    resolve({ status: response.statusCode, body });
  })
    .on('error', reject)
    .end();
  return promise;
}

describe('Trusted hosts', () => {
  test.each([
    ['api.yourapp.com', 200],
    ['API.yourapp.com:8080', 200],
    ['localhost:8080', 200],
    ['evil.example', 421],
    ['api.yourapp.com.evil.example', 421],
  ])('%s returns %i', async (Host, status) => {
    expect((await send('/', { Host })).status).toBe(status);
  });

  test('do not concern probes and scrapers, which call by the address', async () => {
    for (const path of ['/health', '/ready', '/metrics']) expect((await send(path, { Host: '10.1.2.3:8080' })).status).toBe(200);
  });

  test('are not taken from a header that a caller sets', async () => {
    expect((await send('/', { Host: 'evil.example', 'X-Forwarded-Host': 'api.yourapp.com' })).status).toBe(421);
  });
});

describe('The address of a caller', () => {
  const clientIp = () => JSON.parse(service.lines.findLast((line) => line.includes('Request started')) ?? '{}').client_ip;

  test('is the address that the outermost trusted proxy saw, regardless of what the client sent', async () => {
    await send('/', { Host: 'localhost', 'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 10.0.0.1' });
    expect(clientIp()).toBe('203.0.113.9');
  });

  test('counts by its /64 in IPv6, and as itself in IPv4', () => {
    expect(clientNetwork('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
    expect(clientNetwork('2001:DB8:1:2::9')).toBe('2001:db8:1:2');
    expect(clientNetwork('2001:db8::9')).toBe('2001:db8:0:0');
    expect(clientNetwork('::1')).toBe('0:0:0:0');
    expect(clientNetwork('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(clientNetwork('192.0.2.7')).toBe('192.0.2.7');
  });

  test.each([
    ['2001:0db8:0001:0002::9', '2001:db8:1:2'],
    ['[2001:db8:1:2::9]:443', '2001:db8:1:2'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::ffff:c000:0207', '192.0.2.7'],
    ['192.0.2.7:49152', '192.0.2.7'],
    ['unknown', 'unknown'],
  ])('counts %s as %s, however a proxy spells it', (text, counted) => {
    expect(clientNetwork(text)).toBe(counted);
  });
});
