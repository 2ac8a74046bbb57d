import { KubeConfig } from '@kubernetes/client-node';
import { explain, Failure } from '../../../scripts/cli/failure.ts';
import { createOutput } from '../../../scripts/cli/output.ts';
import { toFailure } from '../../../scripts/cluster/api-failure.ts';
import type { Cluster } from '../../../scripts/cluster/cluster.ts';
import { createCluster } from '../../../scripts/cluster/create-cluster.ts';
import { loadPortForward, openPortForward } from '../../../scripts/cluster/port-forward.ts';
import { createTransport } from '../../../scripts/cluster/transport.ts';
import { deploy } from '../../../scripts/rollout/deploy/deploy.ts';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';
import type { DeployReport } from '../../../scripts/rollout/report/deploy-report.ts';
import type { Evidence } from '../../../scripts/rollout/verify/evidence.ts';
import type { RolloutContext } from '../../../scripts/rollout/verify/rollout-context.ts';
import { smokeTest } from '../../../scripts/rollout/verify/smoke-test.ts';

// Jest does not let a module be loaded while no test of the file runs.
await loadPortForward();

export interface Attempt {
  readonly waitSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly soakSeconds?: number;
  /** Not set: a bad release is rolled back. */
  readonly rollback?: boolean;
  /** URL of the API server; default: that of KUBECONFIG. */
  readonly server?: string;
  readonly smoke?: RolloutContext['smoke'];
  /** Called for each printed line. */
  readonly onLine?: (line: string) => void;
  /** Called after the verdict, before the rollback. */
  readonly onEvidence?: (evidence: Evidence) => void;
}

/** How a deploy ended: with a report, or rejected. */
export interface Ended {
  readonly outcome: DeployReport['outcome'] | 'rejected';
  readonly code: string;
  readonly cause: string;
  readonly report?: DeployReport;
  readonly exitCode: number;
}

export function clusterAt(server?: string): Cluster {
  const config = new KubeConfig();
  config.loadFromDefault();
  const current = config.getCurrentCluster();
  if (current !== null && server !== undefined) config.clusters = [{ ...current, server, skipTLSVerify: server.startsWith('http:') }];
  return createCluster(createTransport(config), (pod, port) => openPortForward(config, pod, port));
}

/** Owner of the namespaces of the verdicts. */
export const shopOwner = { product: 'verdicts', environment: 'local' } as const;

/** One deploy of these charts by the release tool's own engine, as `leyenda deploy` runs it. */
export async function deployCharts(namespace: string, charts: readonly Chart[], attempt: Attempt = {}): Promise<Ended> {
  const cluster = clusterAt(attempt.server);
  const say = {
    write(text: string) {
      for (const line of text.split('\n').filter((each) => each !== '')) attempt.onLine?.(line);
    },
  };
  const run: RolloutContext = {
    cluster,
    namespace,
    owner: shopOwner,
    out: createOutput({ stdout: say, stderr: say, terminal: false }, 'deploy', false),
    signal: new AbortController().signal,
    smoke: attempt.smoke ?? ((expected, seconds, signal) => smokeTest(cluster, expected, seconds, signal)),
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
    const { cause, exitCode } = explain(toFailure(error, { namespace, platformRemedy: 'apply the platform chart' }));
    if (!(error instanceof Failure) && exitCode === 1) throw error;
    return { outcome: 'rejected', code: '-', cause, exitCode };
  }
}
