/**
 * A deploy in a process of its own, so that it can be killed: reads `{ namespace, charts }` from standard input, prints what it does. With
 * `server`, the API server is called there; with `simulated`, the service is taken to answer.
 */
import { text } from 'node:stream/consumers';
import { isChart } from '../../../scripts/rollout/record/release-history.ts';
import { isRecord } from '../../../scripts/values/json.ts';
import { deployCharts } from './leyenda.ts';
import { smokePasses } from './simulated.ts';

const given: unknown = JSON.parse(await text(process.stdin));
if (!isRecord(given) || typeof given.namespace !== 'string' || !Array.isArray(given.charts)) throw new Error('no namespace and charts');
await deployCharts(given.namespace, given.charts.filter(isChart), {
  soakSeconds: given.simulated === true ? 1 : 10,
  ...(typeof given.server === 'string' && { server: given.server }),
  ...(given.simulated === true && { smoke: smokePasses }),
  onLine: (line) => process.stdout.write(`${line}\n`),
});
