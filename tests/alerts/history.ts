import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { badRate, eventRate, objectiveNames, rateIntervalSeconds } from '../../manifests/monitoring/objective-rules.ts';
import { findOnPath } from '../services/servers.ts';

export const promtool = findOnPath('promtool');

/** The longest window of a burn rate. */
const seconds = 3 * 86_400;
const eventsPerSecond = 5;

/**
 * Writes three days without a failure into the folder of a Prometheus: as in an environment that has run for long, minutes of a fault are
 * a small part of the windows of the error budgets.
 */
export async function writeHistory(folder: string): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const times = Array.from({ length: seconds / rateIntervalSeconds }, (_, index) => now - seconds + index * rateIntervalSeconds);
  const family = (name: string, value: number) => [`# TYPE ${name} gauge`, ...times.map((time) => `${name} ${value} ${time}`)];
  const lines = objectiveNames.flatMap((name) => [...family(eventRate(name), eventsPerSecond), ...family(badRate(name), 0)]);
  const file = `${folder}.txt`;
  writeFileSync(file, `${lines.join('\n')}\n# EOF\n`);
  await promisify(execFile)(promtool ?? 'promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, folder]);
  rmSync(file);
}
