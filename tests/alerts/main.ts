/**
 * Makes each fault under a real service, PostgreSQL, Redis, Prometheus and Alertmanager with the rules and notifications of `local`, and
 * prints which alerts fire, and after how many seconds the webhook has them. No duration is shortened.
 * Usage: npm run test:alerts [-- NAME…]; exit code 1 unless each fault delivers its alert in time, and no alert that does not follow from it.
 */
import { missingPrograms } from '../services/alerting-stack.ts';
import { faults } from './faults.ts';
import { promtool } from './history.ts';
import { type Outcome, observe } from './observe.ts';
import { outcomeTable } from './table.ts';

/** Targets at once: each is mostly idle. */
const lanes = 4;
const names = process.argv.slice(2);
const missing = [...missingPrograms, ...(promtool === undefined ? ['promtool'] : [])];
if (missing.length > 0) {
  process.stderr.write(`skipped: install ${missing.join(', ')}\n`);
  process.exit(0);
}
const chosen = faults.filter(({ name }) => names.length === 0 || names.some((part) => name.includes(part)));
/** The longest first. */
const waiting = chosen.toSorted((a, b) => b.limit + (b.lasts ?? 0) - a.limit - (a.lasts ?? 0));
const outcomes = new Map<string, Outcome>();
async function lane(): Promise<void> {
  for (let fault = waiting.shift(); fault !== undefined; fault = waiting.shift()) {
    const outcome = await observe(fault);
    outcomes.set(fault.name, outcome);
    process.stderr.write(`${fault.name}: ${outcome.failure ?? 'passed'}\n`);
  }
}
await Promise.all(Array.from({ length: lanes }, lane));
const all = chosen.flatMap(({ name }) => outcomes.get(name) ?? []);
process.stdout.write(`${outcomeTable(all)}\n`);
process.exit(all.some(({ failure }) => failure !== undefined) ? 1 : 0);
