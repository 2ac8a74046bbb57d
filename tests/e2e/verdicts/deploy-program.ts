/** A deploy in a process of its own, so that it can be killed: reads `{ namespace, charts }` from standard input, prints what it does. */
import { text } from 'node:stream/consumers';
import { isChart } from '../../../scripts/rollout/history.ts';
import { isRecord } from '../../../scripts/rollout/objects.ts';
import { deployCharts } from './leyenda.ts';

const given: unknown = JSON.parse(await text(process.stdin));
if (!isRecord(given) || typeof given.namespace !== 'string' || !Array.isArray(given.charts)) throw new Error('no namespace and charts');
await deployCharts(given.namespace, given.charts.filter(isChart), {
  soakSeconds: 10,
  onLine: (line) => process.stdout.write(`${line}\n`),
});
