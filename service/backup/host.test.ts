import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { libpqVariables, waitForHealth } from './host.ts';

let state = 'down';
const server = createServer((request, response) => {
  const detailed = { status: 'degraded', dependencies: { database: { state } } };
  response.end(JSON.stringify(request.url === '/health/detailed' ? detailed : { status: 'healthy' }));
});
let url = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => void server.close());

test('A service whose /health is healthy is not healthy while its database is down', async () => {
  await expect(waitForHealth(url, 1)).rejects.toThrow('the database is down');
  state = 'up';
  await expect(waitForHealth(url, 1)).resolves.toBeUndefined();
});

test.each([
  ['postgresql:///captions?host=/run/postgresql&user=ada&port=5433', { PGHOST: '/run/postgresql', PGUSER: 'ada', PGPORT: '5433' }],
  ['postgresql://x:y@db/captions?user=ada&password=p%40ss', { PGHOST: 'db', PGUSER: 'ada', PGPASSWORD: 'p@ss' }],
  ['postgresql://ada@[::1]:5433/captions', { PGHOST: '::1', PGUSER: 'ada', PGPORT: '5433' }],
  ['postgresql://ada@%2Frun%2Fpostgresql/captions', { PGHOST: '/run/postgresql' }],
])('%s is read as the service reads it', (DATABASE_URL, expected) => {
  expect(libpqVariables({ DATABASE_URL })).toMatchObject({ ...expected, PGDATABASE: 'captions' });
});

test.each(['captions', 'postgresql://ada:100%@db/captions'])('%s is rejected without its text', (DATABASE_URL) => {
  expect(() => libpqVariables({ DATABASE_URL })).toThrow(/^DATABASE_URL is no URL$/);
});
