import { maxOf, quantile, rate, sumOf } from '../prometheus/promql.ts';
import { type Dashboard, quantiles, window } from './dashboard.ts';

export const workers: Dashboard = {
  name: 'workers',
  title: 'Workers and queues',
  panels: () => [
    // Every process reports the same queue.
    { title: 'Chunks of batches', unit: 'short', queries: { '{{state}}': maxOf('queueDepth', {}, { by: ['state'] }) } },
    { title: 'Age of the oldest waiting chunk', unit: 's', queries: { age: maxOf('queueAge') } },
    { title: 'Items of batches', unit: 'ops', queries: { '{{outcome}}': rate('batchItems', window, {}, { by: ['outcome'] }) } },
    { title: 'Duration of an item', unit: 's', queries: quantiles((q) => quantile(q, 'batchItemDuration', window)) },
    { title: 'Usage rows to be written', unit: 'short', queries: { '{{component}}': sumOf('usageBuffered', {}, { by: ['component'] }) } },
  ],
};
