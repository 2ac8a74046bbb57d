import { objectiveWindowDays } from '../../contract/objectives.ts';
import { budgetLeft, maxOf, maxRate, plus, quantile, rate, ratio, usedShare } from '../prometheus/promql.ts';
import { type Dashboard, quantiles, window } from './dashboard.ts';
import { missedRatio, objectiveRules } from './objective-rules.ts';

const captions = { cache: { is: 'captions' } } as const;
const hits = rate('cacheHits', window, captions);

/** The key metrics, those that users notice first. */
export const overview: Dashboard = {
  name: 'overview',
  title: 'Overview',
  panels: ({ names }) => {
    const processes = { job: { is: names.prefix } };
    return [
      { title: 'Requests', unit: 'reqps', queries: { '{{status}}': rate('requests', window, {}, { by: ['status'] }) } },
      {
        title: 'Errors',
        unit: 'percentunit',
        queries: {
          '5xx': ratio(rate('requests', window, { status: { matches: '5..' } }), rate('requests', window)),
          '4xx': ratio(rate('requests', window, { status: { matches: '4..' } }), rate('requests', window)),
        },
      },
      { title: 'Latency', unit: 's', queries: quantiles((q) => quantile(q, 'requestDuration', window)) },
      {
        title: 'Cache hits of captions',
        unit: 'percentunit',
        queries: { hits: ratio(hits, plus(hits, rate('cacheMisses', window, captions))) },
      },
      // Every process reports the same queue.
      { title: 'Queue', unit: 'short', queries: { '{{state}}': maxOf('queueDepth', {}, { by: ['state'] }) } },
      { title: 'Age of the oldest waiting chunk', unit: 's', queries: { age: maxOf('queueAge') } },
      {
        title: 'Busiest process: CPU',
        unit: 'short',
        queries: { '{{component}}': maxRate('processCpu', window, processes, { by: ['component'] }) },
      },
      {
        title: 'Largest process: memory',
        unit: 'bytes',
        queries: { '{{component}}': maxOf('processMemory', processes, { by: ['component'] }) },
      },
      {
        title: 'Fullest disk',
        unit: 'percentunit',
        queries: { '{{component}} {{folder}}': usedShare('diskFree', 'diskSize', { by: ['component', 'folder'] }) },
      },
      {
        title: `Error budget left of ${objectiveWindowDays} days`,
        unit: 'percentunit',
        queries: Object.fromEntries(
          (['availability', 'latency'] as const).map((name) => [
            name,
            budgetLeft(missedRatio(name, `${objectiveWindowDays}d`), objectiveRules[name].target),
          ]),
        ),
      },
    ];
  },
};
