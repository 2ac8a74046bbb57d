import { dividedBy, maxOf, quantile, rate } from '../prometheus/promql.ts';
import { type Dashboard, window } from './dashboard.ts';

const byModel = { by: ['model'] } as const;
// Rates are per second, costs in millionths of a dollar.
const dollarsAnHour = 1_000_000 / 3600;

export const models: Dashboard = {
  name: 'models',
  title: 'Models and cost',
  panels: () => [
    {
      title: 'Calls',
      unit: 'reqps',
      queries: { '{{model}} {{outcome}}': rate('modelRequests', window, {}, { by: ['model', 'outcome'] }) },
    },
    { title: 'Duration at p95', unit: 's', queries: { '{{model}}': quantile(0.95, 'modelDuration', window, {}, byModel) } },
    { title: 'Wait for a slot at p95', unit: 's', queries: { '{{model}}': quantile(0.95, 'modelWait', window, {}, byModel) } },
    {
      title: 'Tokens a second',
      unit: 'short',
      queries: { '{{model}} {{kind}}': rate('modelTokens', window, {}, { by: ['model', 'kind'] }) },
    },
    {
      title: 'Cost an hour',
      unit: 'currencyUSD',
      queries: { '{{model}}': dividedBy(rate('modelCost', window, {}, byModel), dollarsAnHour) },
    },
    { title: 'Open circuits', unit: 'short', queries: { '{{model}}': maxOf('modelCircuitOpen', {}, byModel) } },
    { title: 'Responses of fallbacks', unit: 'reqps', queries: { '{{model}}': rate('modelFallbacks', window, {}, byModel) } },
  ],
};
