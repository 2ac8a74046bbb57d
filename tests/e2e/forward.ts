import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A port-forward to a pod while `work` runs with its address. The kubelet opens it, so that network policies do not apply. */
export async function forwarded<Result>(
  namespace: string,
  pod: string,
  port: number,
  work: (address: string) => Promise<Result>,
): Promise<Result> {
  const child = spawn('kubectl', ['port-forward', '-n', namespace, `pod/${pod}`, `:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = await once(createInterface({ input: child.stdout }), 'line', { signal: AbortSignal.timeout(15_000) });
    const local = /127\.0\.0\.1:(\d+)/.exec(String(line))?.[1];
    if (local === undefined) throw new Error(`kubectl port-forward returned ${line}`);
    return await work(`http://127.0.0.1:${local}`);
  } finally {
    child.kill();
  }
}
