import { names } from '../../../contract/product.ts';
import { Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { judge } from '../judge/judge.ts';
import { conditionOf, ofKind, type Pod } from '../judge/kubernetes-objects.ts';
import type { Observation } from '../judge/verdict.ts';
import { causeFromVerdict, type FailureCause } from './failure-cause.ts';
import { observe } from './observation.ts';
import { explainRestart, restartedSince } from './restarts.ts';
import type { RolloutContext } from './rollout-context.ts';
import { noReadyEndpoint, type SmokeExpectation, type SmokeResult } from './smoke-test.ts';

/** Pod status and events show within this time why a container was killed. */
const observations = 3;
const pauseMs = 1000;
const timeoutSeconds = 10;

/**
 * Why the service did not respond as expected, according to the state of its pods: a killed or restarted container, a node that is not ready,
 * a Service without ready pods; otherwise the failed checks. Does not throw if the API server does not respond.
 */
export async function smokeFailureCause(
  run: RolloutContext,
  expected: SmokeExpectation,
  result: SmokeResult,
  startedAt: Date,
  last: Observation | undefined,
): Promise<FailureCause> {
  const cluster = run.cluster.withDeadline(new Deadline(run.cluster.clock, timeoutSeconds));
  const answers = causeFromAnswers(run.namespace, result, startedAt);
  const isUnreachable = result.failures.includes(noReadyEndpoint(expected.service ?? names.services.api));
  const endpoints = isUnreachable ? await whyNoEndpoint(cluster, expected).catch(() => undefined) : undefined;
  const failedChecks = endpoints === undefined ? answers : { ...answers, line: `${answers.line}: ${endpoints.why}` };
  // With a pod, it may be unready because a container was killed; without one, there is nothing to observe.
  if (last === undefined || endpoints?.pods === 0) return failedChecks;
  // The failed pod may not belong to a target: observe all pods.
  const targets = last.targets.map(({ podLabels: _, ...target }) => target);
  const observeNow = () => observe({ ...last, cluster, namespace: run.namespace, targets }, last.previous).catch(() => undefined);
  for (let attempt = 1; attempt <= observations; attempt += 1) {
    const now = await observeNow();
    const restarted = now && restartedSince(last, now);
    const found = restarted ? await explainRestart(restarted, last, run, observeNow) : now && causeIn(now, result);
    if (found !== undefined) return { ...found, others: [...found.others, ...result.failures] };
    await cluster.clock.sleep(pauseMs, run.signal);
  }
  return failedChecks;
}

function causeFromAnswers(namespace: string, { failures, failedPod }: SmokeResult, provedAt: Date): FailureCause {
  const [line = 'the service did not respond as expected', ...others] = failures;
  const chain = failedPod === undefined ? [] : [{ kind: 'Pod', namespace, name: failedPod }];
  return { code: 'smoke-failed', line, provedAt, chain, others };
}

function causeIn(now: Observation, { failedPod }: SmokeResult): FailureCause | undefined {
  const verdict = judge(now);
  if (verdict.state === 'failed') return causeFromVerdict(verdict);
  const pod = ofKind(now.objects, 'Pod').find(({ metadata: { name } }) => name === failedPod);
  const what = failedPod === undefined ? undefined : lostPod(failedPod, pod, now);
  if (what === undefined) return undefined;
  const { name = '', namespace = '' } = pod?.metadata ?? {};
  return {
    code: 'smoke-failed',
    line: what,
    provedAt: now.now,
    chain: pod === undefined ? [] : [{ kind: 'Pod', namespace, name }],
    others: [],
  };
}

/** Detects a pod that was deleted, has ended, or is on a node that is not ready. */
function lostPod(name: string, pod: Pod | undefined, { objects }: Observation): string | undefined {
  if (pod === undefined) return `pod ${name} was deleted during the smoke test`;
  const { phase, reason, message } = pod.status ?? {};
  if (phase === 'Failed') return `pod ${name} ended during the smoke test: ${[reason, message].filter(Boolean).join(': ')}`;
  const node = ofKind(objects, 'Node').find(({ metadata }) => metadata.name === pod.spec?.nodeName);
  const ready = conditionOf(node?.status?.conditions, 'Ready');
  if (node === undefined || ready?.status === 'True') return undefined;
  return `pod ${name} does not respond: its node ${node.metadata.name} is not ready (${ready?.reason ?? 'no reason given'})`;
}

/** Why a Service has no ready endpoint: its selector matches no pod, or the pods are not ready. */
async function whyNoEndpoint(
  cluster: Cluster,
  { namespace, service = names.services.api }: SmokeExpectation,
): Promise<{ readonly why: string; readonly pods: number }> {
  const live = await cluster.get({ apiVersion: 'v1', kind: 'Service', namespace, name: service });
  if (live === undefined) return { why: 'there is no such Service', pods: 0 };
  const selector = at(live, 'spec', 'selector');
  const labels = isRecord(selector) ? Object.entries(selector) : [];
  const pods = (await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace)).filter((pod) =>
    labels.every(([name, value]) => pod.metadata.labels?.[name] === value),
  );
  const text = labels.map(([name, value]) => `${name}=${String(value)}`).join(',');
  if (labels.length === 0) return { why: 'it has no selector', pods: 0 };
  if (pods.length === 0) return { why: `no pod has the labels of its selector ${text}`, pods: 0 };
  return { why: pods.map(unreadyText).join('; '), pods: pods.length };
}

function unreadyText(pod: KubeObject): string {
  const condition = listAt(pod, 'status', 'conditions').find((one) => textAt(one, 'type') === 'Ready');
  if (textAt(condition, 'status') === 'True') return `pod ${pod.metadata.name} is ready but takes no traffic on the port of the Service`;
  return `pod ${pod.metadata.name} is not ready (${textAt(condition, 'message') ?? textAt(condition, 'reason') ?? 'no reason given'})`;
}
