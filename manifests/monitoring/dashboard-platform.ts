import { maxOf, maxRate, maxRatio, rate, sumOf } from '../prometheus/promql.ts';
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
      { title: 'Event loop lag at p99', unit: 's', queries: { '{{component}}': maxOf('eventLoopLag', processes, byComponent) } },
    ];
  },
};
