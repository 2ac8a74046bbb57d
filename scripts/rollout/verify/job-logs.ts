import type { Cluster } from '../../cluster/cluster.ts';
import { refOf } from '../../cluster/objects.ts';
import { redact } from '../../values/redact.ts';
import { logTail } from './log-tail.ts';

const pollMs = 1000;
/** Of each look; the last ones are always printed. */
const mostLines = 200;

/** How far the log of a pod has been read: the time of its last line, and the lines of that very time. */
interface LogPosition {
  readonly time: string;
  readonly lines: readonly string[];
}

/**
 * Prints the log lines of a Job's pods as they come, without secrets, until the work that they belong to is done.
 * Logs are a help: if they cannot be read, the migration goes on without them.
 */
export async function withJobLogs<T>(
  cluster: Cluster,
  job: { namespace: string; name: string },
  line: (text: string) => void,
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const positions = new Map<string, LogPosition>();
  const look = () => printNewLines(cluster, job, positions, line).catch(() => {});
  const follow = (async () => {
    while (!done.signal.aborted) {
      await look();
      await cluster.clock.sleep(pollMs, done.signal).catch(() => {});
    }
    // What was written since the last look.
    await look();
  })();
  try {
    return await work;
  } finally {
    done.abort();
    await follow;
  }
}

async function printNewLines(
  cluster: Cluster,
  { namespace, name }: { namespace: string; name: string },
  positions: Map<string, LogPosition>,
  line: (text: string) => void,
): Promise<void> {
  for (const pod of await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, `batch.kubernetes.io/job-name=${name}`)) {
    const { name: podName } = pod.metadata;
    const before = positions.get(podName);
    const text = await cluster.logs(refOf(pod), undefined, { sinceTime: before?.time, timestamps: true }).catch(() => '');
    const { lines, position } = newLines(text, before);
    if (position !== undefined) positions.set(podName, position);
    for (const one of logTail(lines, mostLines)) line(`  ${podName}: ${redact(one)}`);
  }
}

/** The lines after a position. Each line of the text begins with its time; a log that is read from a time on begins with the lines of that time. */
export function newLines(
  text: string,
  before: LogPosition | undefined,
): { readonly lines: string[]; readonly position: LogPosition | undefined } {
  const read = text.split('\n').flatMap((one) => {
    const [, time, content] = /^(\S+) (.*)$/s.exec(one) ?? [];
    return time === undefined || content === undefined ? [] : [{ time, content }];
  });
  const known = [...(before?.lines ?? [])];
  const fresh = read.filter(({ time, content }) => {
    if (before === undefined || time > before.time) return true;
    const place = time === before.time ? known.indexOf(content) : -1;
    if (place !== -1) known.splice(place, 1);
    return time === before.time && place === -1;
  });
  const last = fresh.at(-1)?.time;
  if (last === undefined) return { lines: [], position: before };
  const ofLast = fresh.filter(({ time }) => time === last).map(({ content }) => content);
  const lines = last === before?.time ? [...before.lines, ...ofLast] : ofLast;
  return { lines: fresh.map(({ content }) => content), position: { time: last, lines } };
}
