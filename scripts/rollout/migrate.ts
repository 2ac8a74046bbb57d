import type { Cluster } from './cluster.ts';
import { refOf } from './objects.ts';
import { redact } from './redact.ts';

const pollMs = 1000;
const mostLines = 500;

/**
 * Passes the log lines of a Job's pods on as they come, without secrets, until the work that they belong to is done.
 * Logs are a help: where they cannot be read the migration goes on without them.
 */
export async function withJobLogs<T>(
  cluster: Cluster,
  job: { namespace: string; name: string },
  line: (text: string) => void,
  work: Promise<T>,
): Promise<T> {
  const done = new AbortController();
  const printed = new Map<string, number>();
  const follow = (async () => {
    while (!done.signal.aborted) {
      await printNew(cluster, job, printed, line).catch(() => {});
      await cluster.clock.sleep(pollMs, done.signal).catch(() => {});
    }
    // What was written since the last look.
    await printNew(cluster, job, printed, line).catch(() => {});
  })();
  try {
    return await work;
  } finally {
    done.abort();
    await follow;
  }
}

async function printNew(
  cluster: Cluster,
  { namespace, name }: { namespace: string; name: string },
  printed: Map<string, number>,
  line: (text: string) => void,
): Promise<void> {
  for (const pod of await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, `batch.kubernetes.io/job-name=${name}`)) {
    const text = await cluster.logs(refOf(pod), undefined, { previous: false, tailLines: mostLines }).catch(() => '');
    const lines = text.split('\n').filter((one) => one !== '');
    for (const one of lines.slice(printed.get(pod.metadata.name) ?? 0)) line(`  ${pod.metadata.name}: ${redact(one)}`);
    printed.set(pod.metadata.name, Math.max(lines.length, printed.get(pod.metadata.name) ?? 0));
  }
}
