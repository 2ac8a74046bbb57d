import { ageOf, maxOf, maxRatio, plus, quantile, rate, ratio, sumOf, usedShare } from '../prometheus/promql.ts';
import { type Dashboard, window } from './dashboard.ts';

const blocksHit = rate('postgresBlocksHit', window);

export const data: Dashboard = {
  name: 'data',
  title: 'Data',
  panels: () => [
    {
      title: 'Database connections in use',
      unit: 'percentunit',
      queries: { busiest: maxRatio('databasePool', { state: { is: 'used' } }, 'databasePoolSize') },
    },
    {
      title: 'Requests for a connection that wait',
      unit: 'short',
      queries: { '{{component}}': maxOf('databasePool', { state: { is: 'waiting' } }, { by: ['component'] }) },
    },
    {
      title: 'Duration of statements at p95',
      unit: 's',
      queries: { '{{statement}}': quantile(0.95, 'databaseDuration', window, {}, { by: ['statement'] }) },
    },
    { title: 'Dependencies that respond', unit: 'short', queries: { '{{dependency}}': maxOf('dependencyUp', {}, { by: ['dependency'] }) } },
    {
      title: 'Served locally because a dependency is down',
      unit: 'ops',
      queries: { '{{dependency}} {{operation}}': rate('fallbacks', window, {}, { by: ['dependency', 'operation'] }) },
      emptyWithout: 'a dependency that is down',
    },
    { title: 'Lag of the read replica', unit: 's', queries: { largest: maxOf('databaseReplicaLag') }, emptyWithout: 'a read replica' },
    {
      title: 'Disk in use',
      unit: 'percentunit',
      queries: { '{{component}} {{folder}}': usedShare('diskFree', 'diskSize', { by: ['component', 'folder'] }) },
    },
    {
      title: 'Free disk',
      unit: 'bytes',
      queries: { '{{component}} {{folder}}': maxOf('diskFree', {}, { by: ['component', 'folder'] }) },
    },
    { title: 'Age of the last verified backup', unit: 's', queries: { age: ageOf('backupLastSuccess') }, emptyWithout: 'a backup' },
    {
      title: 'PostgreSQL: connections in use',
      unit: 'percentunit',
      queries: { 'all clients': ratio(sumOf('postgresConnections'), maxOf('postgresMaxConnections')) },
      exporter: 'postgres-exporter',
    },
    {
      title: 'PostgreSQL: blocks found in memory',
      unit: 'percentunit',
      queries: { hits: ratio(blocksHit, plus(blocksHit, rate('postgresBlocksRead', window))) },
      exporter: 'postgres-exporter',
    },
    {
      title: 'PostgreSQL: size',
      unit: 'bytes',
      queries: { '{{datname}}': maxOf('postgresSize', {}, { by: ['datname'] }) },
      exporter: 'postgres-exporter',
    },
    {
      title: 'Redis: memory in use',
      unit: 'percentunit',
      queries: { 'of maxmemory': ratio(maxOf('redisMemory'), maxOf('redisMaxMemory')) },
      exporter: 'redis-exporter',
    },
    { title: 'Redis: evicted keys', unit: 'ops', queries: { keys: rate('redisEvicted', window) }, exporter: 'redis-exporter' },
  ],
};
