import { KubeConfig } from '@kubernetes/client-node';
import { explain, Failure } from '../../../scripts/cli/failure.ts';
import { createOutput } from '../../../scripts/cli/output.ts';
import { asRefusal } from '../../../scripts/rollout/api-error.ts';
import { type Cluster, createCluster } from '../../../scripts/rollout/cluster.ts';
import { deploy } from '../../../scripts/rollout/deploy.ts';
import type { Evidence } from '../../../scripts/rollout/evidence.ts';
import { forwardPort, loadPortForward } from '../../../scripts/rollout/forward.ts';
import type { Chart } from '../../../scripts/rollout/order.ts';
import type { Report } from '../../../scripts/rollout/report.ts';
import type { Run } from '../../../scripts/rollout/run.ts';
import { smoke } from '../../../scripts/rollout/smoke.ts';
import { createTransport } from '../../../scripts/rollout/transport.ts';

// Jest does not let a module be loaded while no test of the file runs.
await loadPortForward();

export interface Attempt {
  readonly waitSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly soakSeconds?: number;
  /** Not set: a bad release is rolled back. */
  readonly rollback?: boolean;
  /** Where the API server is asked; not set: where KUBECONFIG says. */
  readonly server?: string;
  readonly smoke?: Run['smoke'];
  /** Told of each line that the tool prints. */
  readonly onLine?: (line: string) => void;
  /** Told when the verdict is there, before anything is taken back. */
  readonly onEvidence?: (evidence: Evidence) => void;
}

/** How a deploy ended: with a report, or refused. */
export interface Ended {
  readonly outcome: Report['outcome'] | 'refused';
  readonly code: string;
  readonly cause: string;
  readonly report?: Report;
  readonly exitCode: number;
}

export function clusterAt(server?: string): Cluster {
  const config = new KubeConfig();
  config.loadFromDefault();
  const current = config.getCurrentCluster();
  if (current !== null && server !== undefined) config.clusters = [{ ...current, server, skipTLSVerify: server.startsWith('http:') }];
  return createCluster(createTransport(config), (pod, port) => forwardPort(config, pod, port));
}

/** To whom the namespaces of the verdicts belong. */
export const shopOwner = { product: 'verdicts', environment: 'local' } as const;

/** One deploy of these charts by the release tool's own engine, as `leyenda deploy` runs it. */
export async function deployCharts(namespace: string, charts: readonly Chart[], attempt: Attempt = {}): Promise<Ended> {
  const cluster = clusterAt(attempt.server);
  const say = {
    write(text: string) {
      for (const line of text.split('\n').filter((each) => each !== '')) attempt.onLine?.(line);
    },
  };
  const run: Run = {
    cluster,
    namespace,
    owner: shopOwner,
    out: createOutput({ stdout: say, stderr: say, terminal: false }, 'deploy', false),
    signal: new AbortController().signal,
    smoke: attempt.smoke ?? ((expected, seconds, signal) => smoke(cluster, expected, seconds, signal)),
  };
  try {
    const report = await deploy(run, {
      environment: 'local',
      image: 'stand-in',
      charts,
      actor: `e2e (process ${process.pid})`,
      timeoutSeconds: attempt.timeoutSeconds ?? 120,
      soakSeconds: attempt.soakSeconds ?? 3,
      dryRun: false,
      waitSeconds: attempt.waitSeconds ?? 0,
      rollback: attempt.rollback ?? true,
      onEvidence: async (evidence) => attempt.onEvidence?.(evidence),
    });
    return {
      outcome: report.outcome,
      code: report.evidence?.code ?? '-',
      cause: report.evidence?.cause ?? report.state,
      report,
      exitCode: report.exitCode,
    };
  } catch (error) {
    const { cause, exitCode } = explain(asRefusal(error, { namespace, platformRemedy: 'apply the platform chart' }));
    if (!(error instanceof Failure) && exitCode === 1) throw error;
    return { outcome: 'refused', code: '-', cause, exitCode };
  }
}
