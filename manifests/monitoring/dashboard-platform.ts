import { maxOf, maxRate, maxRatio, rate, ratio, sumOf, usedShare } from '../prometheus/promql.ts';
import { type Dashboard, window } from './dashboard.ts';

export const platform: Dashboard = {
  name: 'platform',
  title: 'Platform',
  panels: ({ names }) => {
    const processes = { job: { is: names.prefix } };
    const byComponent = { by: ['component'] } as const;
    return [
      { title: 'Processes', unit: 'short', queries: { '{{component}}': sumOf('up', processes, byComponent) } },
      { title: 'Builds', unit: 'short', queries: { '{{version}} {{release}}': sumOf('buildInfo', {}, { by: ['version', 'release'] }) } },
      { title: 'Replaced processes', unit: 'ops', queries: { '{{component}}': rate('processExits', window, {}, byComponent) } },
      {
        title: 'Busiest process: cores',
        unit: 'short',
        queries: { '{{component}}': maxRate('processCpu', window, processes, byComponent) },
      },
      { title: 'Cores that a process may use', unit: 'short', queries: { '{{component}}': maxOf('cpuLimit', {}, byComponent) } },
      { title: 'Largest process', unit: 'bytes', queries: { '{{component}}': maxOf('processMemory', processes, byComponent) } },
      {
        title: 'Largest process: share of the memory that it may use',
        unit: 'percentunit',
        queries: { largest: maxRatio('processMemory', processes, 'memoryLimit') },
      },
      {
        title: 'Machine: CPU in use',
        unit: 'percentunit',
        queries: { 'all cores': ratio(rate('nodeCpu', window, { mode: { isNot: 'idle' } }), rate('nodeCpu', window)) },
        exporter: 'node-exporter',
      },
      {
        title: 'Machine: memory in use',
        unit: 'percentunit',
        queries: { 'all processes': usedShare('nodeMemoryFree', 'nodeMemorySize') },
        exporter: 'node-exporter',
      },
      {
        title: 'Machine: disk of the containers in use',
        unit: 'percentunit',
        queries: { '{{device}}': usedShare('nodeDiskFree', 'nodeDiskSize', { by: ['device'] }) },
        exporter: 'node-exporter',
      },
      { title: 'Event loop lag at p99', unit: 's', queries: { '{{component}}': maxOf('eventLoopLag', processes, byComponent) } },
    ];
  },
};
