import { createHash } from 'node:crypto';
import { product } from '../../../contract/product.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { deploy } from '../../rollout/deploy/deploy.ts';
import { rollback } from '../../rollout/rollback/rollback.ts';
import type { RolloutContext } from '../../rollout/verify/rollout-context.ts';
import { isRecord } from '../../values/json.ts';
import type { ReleaseReporter } from '../reporter.ts';
import { type ReportingTimeouts, withGitHubReporting } from '../with-github.ts';
import { type FakeGitHub, token } from './fake-github.ts';

/** Default commit of a deploy. */
export const sha = 'a'.repeat(40);
const namespace = 'captions';
export const digestOf = (name: string): string => `sha256:${createHash('sha256').update(name).digest('hex')}`;
const imageOf = (name: string): string => `${name}@${digestOf(name)}`;

const chartsOf = (image: string) => [
  {
    chart: 'service',
    objects: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `${product.name}-api`, namespace },
        spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image }] } } },
      },
    ],
  },
];

/** A hanging request takes the full `request` timeout; `end` is long enough for a busy machine. */
const testTimeouts: ReportingTimeouts = { request: 1000, end: 60_000, interrupted: 1500 };

export interface DeployOptions {
  readonly task?: 'deploy' | 'rollback';
  readonly sha?: string;
  /** The service responds with errors. */
  readonly bad?: boolean;
  readonly comment?: boolean;
  readonly dryRun?: boolean;
  readonly timeouts?: Partial<ReportingTimeouts>;
  /** Simulates the controllers of the cluster. */
  readonly controller?: (object: KubeObject) => KubeObject;
  readonly interruption?: AbortSignal;
  /** Thrown instead of a deploy. */
  readonly throws?: Error;
}

const environment = (github: FakeGitHub, commit: string) => ({
  GITHUB_TOKEN: token,
  GITHUB_REPOSITORY: 'example/captions',
  GITHUB_SHA: commit,
  GITHUB_API_URL: github.url,
  GITHUB_RUN_ID: '7',
  GITHUB_ACTOR: 'ana',
});

/** Returns a function that deploys to a fake cluster with reports to `github`, and returns exit code and output. */
export function createDeployer(github: FakeGitHub) {
  let controller = rolledOut;
  const fake = createFakeApi((object) => controller(object));
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
  const serves = (name: string) =>
    [...fake.objects.values()].some(
      ({ kind, spec }) => kind === 'Deployment' && isRecord(spec) && JSON.stringify(spec).includes(imageOf(name)),
    );

  return async (name: string, options: DeployOptions = {}) => {
    controller = options.controller ?? rolledOut;
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const out = { ...silentOutput, line: print, step: print };
    const signal = options.interruption ?? new AbortController().signal;
    const smoke = async () => {
      const failures = options.bad === true && serves(name) ? ['GET /health returned 500'] : [];
      return { passed: failures.length === 0, failures, endpoints: 1, releases: ['r'] };
    };
    const task = options.task ?? 'deploy';
    const flags = { github: true, 'github-comment': options.comment ?? false, 'dry-run': options.dryRun ?? false };
    const context = { out, signal, env: environment(github, options.sha ?? sha) };
    const exitCode = await withGitHubReporting(
      { task, environment: 'staging' },
      flags,
      context,
      (reporter) =>
        tasks[task](
          { cluster, namespace, owner: { product: product.name, environment: 'staging' }, out, signal, smoke },
          name,
          options,
          reporter,
        ),
      { ...testTimeouts, ...options.timeouts },
    );
    return { exitCode, lines };
  };
}

const common = { environment: 'staging', actor: 'ana', timeoutSeconds: 20 };
const tasks = {
  async deploy(run: RolloutContext, name: string, { throws, dryRun = false }: DeployOptions, reporter: ReleaseReporter) {
    if (throws !== undefined) throw throws;
    const release = { ...common, image: imageOf(name), charts: chartsOf(imageOf(name)), soakSeconds: 0 };
    const report = await deploy(run, { ...release, dryRun, rollback: true, onEvidence: async () => {}, milestones: reporter });
    reporter.ended(report);
    return report.exitCode;
  },
  async rollback(run: RolloutContext, _name: string, _options: DeployOptions, reporter: ReleaseReporter) {
    const report = await rollback(run, { ...common, revision: undefined, milestones: reporter });
    reporter.ended(report);
    return report.exitCode;
  },
};

/** The states of the nth Deployment, in order. */
export const statesOf = ({ deployments }: FakeGitHub, position = 0): string[] | undefined =>
  deployments[position]?.statuses.map(({ state }) => state);
export const commitStatesOf = ({ commitStatuses }: FakeGitHub): string[] => commitStatuses.map(({ state }) => state);
export const warningsIn = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('warning: '));
