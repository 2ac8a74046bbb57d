import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxConnections, type Parameters, postgresqlConf, tune } from './postgres-tuning.ts';

const mebi = 2 ** 20;
const gibi = 2 ** 30;
const units: Readonly<Record<string, number>> = { kB: 1024, MB: mebi, '': 1 };

/** A parameter as a number; sizes in bytes. */
function amount(parameters: Parameters, name: string): number {
  const { number = 'NaN', unit = '' } = /^(?<number>[\d.]+)(?<unit>kB|MB|)$/.exec(parameters[name] ?? '')?.groups ?? {};
  return Number(number) * (units[unit] ?? Number.NaN);
}

const servers = fc
  .record({
    memory: fc.integer({ min: 256 * mebi, max: 256 * gibi }),
    cores: fc.double({ min: 0.1, max: 64, noNaN: true }),
    volume: fc.integer({ min: gibi, max: 4096 * gibi }),
    share: fc.double({ min: 0.02, max: 1, noNaN: true }),
  })
  .map(({ share, ...rest }) => ({ ...rest, connections: Math.max(1, Math.floor(maxConnections(rest.memory) * share)) }));

describe('a tuned PostgreSQL', () => {
  test('stays below its memory limit with a hash in every connection and all maintenance running', () => {
    fc.assert(
      fc.property(servers, (server) => {
        const tuned = tune(server);
        const of = (name: string) => amount(tuned, name);
        const each = 5 * mebi + of('work_mem') * of('hash_mem_multiplier');
        const maintained = of('autovacuum_max_workers') * of('autovacuum_work_mem') + of('maintenance_work_mem');
        const sum = of('shared_buffers') + of('wal_buffers') + maintained + of('max_connections') * each;
        expect(sum).toBeLessThan(server.memory);
        expect(of('effective_cache_size')).toBeLessThan(server.memory);
        expect(of('max_wal_size')).toBeLessThanOrEqual(server.volume / 4);
      }),
    );
  });

  test('has only values that PostgreSQL accepts', () => {
    fc.assert(
      fc.property(servers, (server) => {
        const tuned = tune(server);
        expect(amount(tuned, 'work_mem')).toBeGreaterThanOrEqual(mebi);
        expect(amount(tuned, 'maintenance_work_mem')).toBeGreaterThanOrEqual(mebi);
        expect(amount(tuned, 'min_wal_size')).toBeGreaterThanOrEqual(32 * mebi);
        expect(amount(tuned, 'max_wal_size')).toBeGreaterThanOrEqual(amount(tuned, 'min_wal_size'));
        expect(amount(tuned, 'max_parallel_workers')).toBeLessThanOrEqual(amount(tuned, 'max_worker_processes'));
      }),
    );
  });

  test('fits three processes of a parallel hash into the shared memory of a container', () => {
    fc.assert(
      fc.property(servers, (server) => {
        const tuned = tune(server);
        const processes = 1 + amount(tuned, 'max_parallel_workers_per_gather');
        expect(processes * amount(tuned, 'work_mem') * amount(tuned, 'hash_mem_multiplier')).toBeLessThanOrEqual(64 * mebi);
      }),
    );
  });

  test('rejects connections that do not fit, with both numbers', () => {
    const server = { memory: 512 * mebi, cores: 1, volume: gibi, connections: 120 };
    expect(() => tune(server)).toThrow('120 connections do not fit into 512MB, which fits 36');
    expect(tune({ ...server, connections: 36 })).toMatchObject({ max_connections: '36', shared_buffers: '128MB', work_mem: '1035kB' });
  });

  test('renders every value in quotes', () => {
    expect(postgresqlConf({ a: '1', b: "it's" })).toBe("a = '1'\nb = 'it''s'\n");
  });
});
