import { describe, expect, test } from '@jest/globals';
import { parseRedisUrl } from '../../contract/redis-url.ts';

const plain = { username: undefined, password: undefined, tls: false };

describe('A REDIS_URL', () => {
  test.each([
    ['redis://cache', { kind: 'single', url: 'redis://cache' }],
    ['rediss://:secret@cache:6380/2', { kind: 'single', url: 'rediss://:secret@cache:6380/2' }],
    [
      'redis+cluster://one:7000,two,[::1]:7002',
      {
        kind: 'cluster',
        nodes: [
          { host: 'one', port: 7000 },
          { host: 'two', port: 6379 },
          { host: '::1', port: 7002 },
        ],
        ...plain,
      },
    ],
    [
      'rediss+cluster://user:p%40ss@one:7000/0',
      { kind: 'cluster', nodes: [{ host: 'one', port: 7000 }], username: 'user', password: 'p@ss', tls: true },
    ],
    [
      'redis+sentinel://:secret@one,two:5000/mymaster/3?sentinel_password=other',
      {
        kind: 'sentinel',
        sentinels: [
          { host: 'one', port: 26_379 },
          { host: 'two', port: 5000 },
        ],
        name: 'mymaster',
        database: 3,
        ...plain,
        password: 'secret',
        sentinelUsername: undefined,
        sentinelPassword: 'other',
      },
    ],
  ])('%s is parsed', (text, expected) => {
    expect(parseRedisUrl(text)).toEqual(expected);
  });

  test.each([
    ['http://cache', /must be a URL such as redis:\/\/HOST/],
    ['redis+ring://cache', /must be a URL such as/],
    ['redis+cluster://', /"" is no HOST:PORT/],
    ['redis+cluster://one:7000,', /"" is no HOST:PORT/],
    ['redis+cluster://one:70000', /"one:70000" is no HOST:PORT/],
    ['redis+cluster://one:7000/1', /database 0 only/],
    ['redis+cluster://one:7000?family=6', /has no parameters/],
    ['redis+sentinel://one', /path must be \/MASTER/],
    ['redis+sentinel://one/master/x', /path must be \/MASTER/],
    ['redis+sentinel://one/master?db=2', /parameter db is unknown \(known: sentinel_username/],
    ['redis+cluster://:hunter%2@one', /encodes no character/],
  ])('%s is rejected with the reason', (text, reason) => {
    const parsed = parseRedisUrl(text);
    expect(parsed).toEqual({ problem: expect.stringMatching(reason) });
    expect(JSON.stringify(parsed)).not.toContain('hunter');
  });
});
