import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { commandPages, fencesOf } from '../../scripts/docs/fences.ts';
import { findPrograms } from '../documents/programs.ts';
import { belongsTo, runPage } from '../documents/run-page.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { freePort } from './servers.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const pages = commandPages().filter((page) => fencesOf(page).some(belongsTo('services')));
const withServers = given !== undefined && findPrograms('bash', 'curl', 'jq', 'nginx', 'openssl', 'pg_dump') ? describe : describe.skip;

withServers('The commands of the documents that need servers', () => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    if (given !== undefined) fresh = await freshDatabase(given);
  });
  afterAll(async () => {
    await fresh.remove();
    await given?.end();
  });

  test.each(pages)('%s', async (page) => {
    const values = {
      'postgresql://USER:PASSWORD@HOST:5432/DATABASE': fresh.url,
      'redis://HOST:6379': given?.redisUrl ?? '',
      '127.0.0.1:8088': `127.0.0.1:${await freePort()}`,
    };
    const local = { ...values, 'localhost:8088': values['127.0.0.1:8088'] };
    expect(await runPage(fencesOf(page), { place: 'services', values: local, service: undefined })).toBeUndefined();
  });
});
