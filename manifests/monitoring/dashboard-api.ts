import { maxOf, quantile, rate, sumOf } from '../prometheus/promql.ts';
import { type Dashboard, window } from './dashboard.ts';

export const api: Dashboard = {
  name: 'api',
  title: 'API',
  panels: ({ names }) => [
    {
      title: 'Requests by route',
      unit: 'reqps',
      queries: { '{{method}} {{route}}': rate('requests', window, {}, { by: ['method', 'route'] }) },
    },
    {
      title: 'Latency at p95 by route',
      unit: 's',
      queries: { '{{route}}': quantile(0.95, 'requestDuration', window, {}, { by: ['route'] }) },
    },
    {
      title: 'Server errors by route',
      unit: 'reqps',
      queries: { '{{route}}': rate('requests', window, { status: { matches: '5..' } }, { by: ['route'] }) },
      emptyWithout: 'a server error',
    },
    {
      title: 'Rejected requests by status',
      unit: 'reqps',
      queries: { '{{status}}': rate('requests', window, { status: { matches: '4..' } }, { by: ['status'] }) },
    },
    { title: 'Requests in flight', unit: 'short', queries: { '{{component}}': sumOf('requestsInFlight', {}, { by: ['component'] }) } },
    { title: 'Rejected by rate limits', unit: 'reqps', queries: { '{{limit}}': rate('rateLimited', window, {}, { by: ['limit'] }) } },
    {
      title: 'Rejected credentials',
      unit: 'reqps',
      queries: { '{{credential}} {{reason}}': rate('credentialsRejected', window, {}, { by: ['credential', 'reason'] }) },
    },
    { title: 'Password checks', unit: 'reqps', queries: { '{{outcome}}': rate('passwordChecks', window, {}, { by: ['outcome'] }) } },
    {
      title: 'Event loop lag at p99',
      unit: 's',
      queries: { '{{component}}': maxOf('eventLoopLag', { job: { is: names.prefix } }, { by: ['component'] }) },
    },
  ],
};
