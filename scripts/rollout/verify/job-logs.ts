import { redact } from '../../../contract/redact.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { refOf } from '../../cluster/objects.ts';
import { logTail } from './log-tail.ts';

const pollMs = 1000;
/** Of each look; the last ones are always printed. */
const mostLines = 200;

/** Read position in a log: the timestamp of the last line, and the lines with that timestamp. */
interface LogPosition {
  readonly time: string;
  readonly lines: readonly string[];
}

/**
 * Prints the log lines of a Job's pods, with secrets masked, until the work is done. The work does not depend on the logs: errors while
 * reading them are ignored.
 */
export async function withJobLogs<T>(
  cluster: Cluster,
  job: { namespace: string; name: string },
  line: (text: string) => void,
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const positions = new Map<string, LogPosition>();
  const print = () => printNewLines(cluster, job, positions, line).catch(() => {});
  const follow = (async () => {
    while (!done.signal.aborted) {
      await print();
      await cluster.clock.sleep(pollMs, done.signal).catch(() => {});
    }
    // The lines since the last poll.
    await print();
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

/** The lines after a position. Each line starts with its timestamp, and a log that is read since a time includes the lines of that time. */
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
