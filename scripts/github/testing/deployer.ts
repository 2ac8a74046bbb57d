import { createHash } from 'node:crypto';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { deploy } from '../../rollout/deploy/deploy.ts';
import { rollback } from '../../rollout/rollback/rollback.ts';
import type { RolloutContext } from '../../rollout/verify/rollout-context.ts';
import { isRecord } from '../../values/json.ts';
import type { ReleaseReporter } from '../reporter.ts';
import { type ReportingTimeouts, withGitHubReporting } from '../with-github.ts';
import { type FakeGitHub, token } from './fake-github.ts';

/** Of the commit that a deploy tells of, unless another is given. */
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
        metadata: { name: 'instagram-captions-api', namespace },
        spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image }] } } },
      },
    ],
  },
];

/** `request` is waited for where GitHub hangs; `end` must not be reached by a busy machine where GitHub is only slow. */
const soon: ReportingTimeouts = { request: 1000, end: 60_000, interrupted: 1500 };

export interface DeployOptions {
  readonly task?: 'deploy' | 'rollback';
  readonly sha?: string;
  /** The image answers with errors. */
  readonly bad?: boolean;
  readonly comment?: boolean;
  readonly dryRun?: boolean;
  readonly limits?: Partial<ReportingTimeouts>;
  /** Plays the cluster's controllers. */
  readonly controller?: (object: KubeObject) => KubeObject;
  readonly interruption?: AbortSignal;
  /** Instead of a deploy. */
  readonly throws?: Error;
}

const surroundings = (github: FakeGitHub, commit: string) => ({
  GITHUB_TOKEN: token,
  GITHUB_REPOSITORY: 'example/captions',
  GITHUB_SHA: commit,
  GITHUB_API_URL: github.url,
  GITHUB_RUN_ID: '7',
  GITHUB_ACTOR: 'ana',
});

/** A cluster, and deploys to it that tell a GitHub and return the exit code and the printed lines. */
export function createDeployer(github: FakeGitHub) {
  let controller = rolledOut;
  const fake = createFakeApi((object) => controller(object));
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
  const serves = (name: string) =>
    [...fake.objects.values()].some(
      ({ kind, spec }) => kind === 'Deployment' && isRecord(spec) && JSON.stringify(spec).includes(imageOf(name)),
    );

  return async (name: string, shipping: DeployOptions = {}) => {
    controller = shipping.controller ?? rolledOut;
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const out = { ...silentOutput, line: print, step: print };
    const signal = shipping.interruption ?? new AbortController().signal;
    const smoke = async () => {
      const failures = shipping.bad === true && serves(name) ? ['GET /health answered 500'] : [];
      return { passed: failures.length === 0, failures, endpoints: 1, releases: ['r'] };
    };
    const task = shipping.task ?? 'deploy';
    const flags = { github: true, 'github-comment': shipping.comment ?? false, 'dry-run': shipping.dryRun ?? false };
    const context = { out, signal, env: surroundings(github, shipping.sha ?? sha) };
    const exitCode = await withGitHubReporting(
      { task, environment: 'staging' },
      flags,
      context,
      (listener) =>
        act[task](
          { cluster, namespace, owner: { product: 'instagram-captions', environment: 'staging' }, out, signal, smoke },
          name,
          shipping,
          listener,
        ),
      { ...soon, ...shipping.limits },
    );
    return { exitCode, lines };
  };
}

const common = { environment: 'staging', actor: 'ana', timeoutSeconds: 20 };
const act = {
  async deploy(run: RolloutContext, name: string, { throws, dryRun = false }: DeployOptions, listener: ReleaseReporter) {
    if (throws !== undefined) throw throws;
    const release = { ...common, image: imageOf(name), charts: chartsOf(imageOf(name)), soakSeconds: 0 };
    const report = await deploy(run, { ...release, dryRun, rollback: true, onEvidence: async () => {}, milestones: listener });
    listener.ended(report);
    return report.exitCode;
  },
  async rollback(run: RolloutContext, _name: string, _shipping: DeployOptions, listener: ReleaseReporter) {
    const report = await rollback(run, { ...common, revision: undefined, milestones: listener });
    listener.ended(report);
    return report.exitCode;
  },
};

/** The states of the nth Deployment, in order. */
export const statesOf = ({ deployments }: FakeGitHub, position = 0): string[] | undefined =>
  deployments[position]?.statuses.map(({ state }) => state);
export const commitStatesOf = ({ commitStatuses }: FakeGitHub): string[] => commitStatuses.map(({ state }) => state);
export const warningsIn = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith('warning: '));
