import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';

/** `QUOTA PERIOD` in microseconds, or `max PERIOD`; only with control groups v2. */
const quotaFile = '/sys/fs/cgroup/cpu.max';

/** The cores of a quota such as `50000 100000`; undefined without one. */
export function coresOf(quota: string): number | undefined {
  const [time = Number.NaN, period = Number.NaN] = quota.trim().split(' ').map(Number);
  return time > 0 && period > 0 ? time / period : undefined;
}

function quotaCores(): number | undefined {
  try {
    return coresOf(readFileSync(quotaFile, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What the container of the process may use; without a limit, the machine. */
export const processLimits = () => ({
  cores: quotaCores() ?? availableParallelism(),
  // 0, or more than the machine has, if there is no limit.
  bytes: Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem()),
});
