import { createCluster } from '../../rollout/cluster.ts';
import { deploy } from '../../rollout/deploy.ts';
import type { KubeObject } from '../../rollout/objects.ts';
import { createFakeApi, rolledOut } from '../../rollout/testing/api.ts';
import { silentOutput } from '../../rollout/testing/output.ts';
import { type Patience, withGitHub } from '../with-github.ts';
import { type FakeGitHub, token } from './fake-github.ts';

export const sha = 'a'.repeat(40);
const namespace = 'captions';
const digest = (name: string) => `${name}@sha256:${'0'.repeat(64)}`;

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

/** Quick enough for a test; the proportions are those of the real ones. */
const soon: Patience = { request: 400, end: 3000, interrupted: 1500 };

export interface Shipping {
  readonly bad?: boolean;
  readonly comment?: boolean;
  readonly dryRun?: boolean;
  readonly limits?: Partial<Patience>;
  /** Plays the cluster's controllers. */
  readonly controller?: (object: KubeObject) => KubeObject;
  readonly interruption?: AbortSignal;
  /** Instead of a deploy. */
  readonly throws?: Error;
}

/** A cluster, and deploys to it that tell a GitHub; each gives the exit code and everything that was printed. */
export function scene(github: FakeGitHub) {
  const fake = createFakeApi((object) => controller(object));
  let controller = rolledOut;
  const cluster = createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here')));
  const env = {
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: 'example/captions',
    GITHUB_SHA: sha,
    GITHUB_API_URL: github.url,
    GITHUB_RUN_ID: '7',
    GITHUB_ACTOR: 'ana',
  };
  return async (name: string, shipping: Shipping = {}) => {
    controller = shipping.controller ?? rolledOut;
    const lines: string[] = [];
    const print = (text: string) => lines.push(text);
    const out = { ...silentOutput, line: print, step: print };
    const signal = shipping.interruption ?? new AbortController().signal;
    const smoke = async () => {
      const failures =
        shipping.bad && JSON.stringify([...fake.objects.values()]).includes(digest(name)) ? ['GET /health answered 500'] : [];
      const serves = [...fake.objects.values()].some(
        ({ kind, spec }) => kind === 'Deployment' && JSON.stringify(spec).includes(digest(name)),
      );
      return { passed: failures.length === 0 || !serves, failures, endpoints: 1, releases: ['r'] };
    };
    const flags = { github: true, 'github-comment': shipping.comment ?? false, 'dry-run': shipping.dryRun ?? false };
    const context = { out, signal, env };
    const startMs = performance.now();
    const exitCode = await withGitHub(
      { task: 'deploy', environment: 'staging' },
      flags,
      context,
      async (listener) => {
        if (shipping.throws !== undefined) throw shipping.throws;
        const options = { environment: 'staging', image: digest(name), charts: chartsOf(digest(name)), actor: 'ana', timeoutSeconds: 20 };
        const more = { soakSeconds: 0, dryRun: flags['dry-run'], rollback: true, onEvidence: async () => {}, milestones: listener };
        const report = await deploy({ cluster, namespace, out, signal, smoke }, { ...options, ...more });
        listener.ended(report);
        return report.exitCode;
      },
      { ...soon, ...shipping.limits },
    );
    return { exitCode, lines, seconds: (performance.now() - startMs) / 1000 };
  };
}
