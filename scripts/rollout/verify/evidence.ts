import { redact } from '../../../contract/redact.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import type { ObjectRef } from '../judge/verdict.ts';
import type { FailureCause } from './failure-cause.ts';
import { logTail } from './log-tail.ts';

/** Facts about a failed release, collected before the rollback, with secrets masked. */
export interface Evidence {
  readonly code: FailureCause['code'];
  readonly cause: string;
  readonly others: readonly string[];
  readonly provedAt: string;
  readonly chain: readonly string[];
  readonly logs: readonly {
    readonly pod: string;
    readonly container: string;
    readonly run: 'current' | 'previous';
    readonly text: string;
  }[];
  readonly events: readonly string[];
  readonly nodes: readonly string[];
}

/** Lines that are read, and those of the end that are shown. */
const tailLines = 2000;
const shownLines = 40;
const mostEvents = 20;
/** Events per object and reason: a controller that retries reports the same with other names. */
const mostAlike = 2;

/** Collects what this account may read; failed reads are skipped. */
export async function collectEvidence(cluster: Cluster, namespace: string, failure: FailureCause): Promise<Evidence> {
  const pod = failure.chain.find(({ kind }) => kind === 'Pod');
  const [live, events] = await Promise.all([
    pod === undefined ? undefined : readable(cluster.get({ apiVersion: 'v1', kind: 'Pod', namespace, name: pod.name }), undefined),
    readable(cluster.list({ apiVersion: 'v1', kind: 'Event' }, namespace), []),
  ]);
  const nodeName = textAt(live, 'spec', 'nodeName');
  const node =
    nodeName === undefined
      ? undefined
      : await readable(cluster.get({ apiVersion: 'v1', kind: 'Node', namespace: '', name: nodeName }), undefined);
  const logs = live === undefined ? [] : await logsOf(cluster, live, failure);
  return {
    code: failure.code,
    cause: redact(`${failure.line}${architectureHint([failure.line, ...logs.map(({ text }) => text)], node)}`),
    others: failure.others.map(redact),
    provedAt: failure.provedAt.toISOString(),
    chain: failure.chain.map(({ kind, name }) => `${kind}/${name}`),
    logs,
    events: warningsAbout(events, failure.chain),
    nodes: nodeConditions(node),
  };
}

const readable = async <T>(answer: Promise<T>, otherwise: T): Promise<T> => answer.catch(() => otherwise);

async function logsOf(cluster: Cluster, pod: KubeObject, { container }: FailureCause): Promise<Evidence['logs']> {
  const name = container?.name ?? textAt(listAt(pod, 'spec', 'containers')[0], 'name') ?? '';
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name };
  const runs = (['current', 'previous'] as const).filter((run) => run === 'current' || (container?.restarts ?? 0) > 0);
  const texts = await Promise.all(runs.map((run) => readable(cluster.logs(ref, name, { previous: run === 'previous', tailLines }), '')));
  return runs
    .map((run, i) => ({
      pod: ref.name,
      container: name,
      run,
      text: redact(logTail((texts[i] ?? '').trimEnd().split('\n'), shownLines).join('\n')),
    }))
    .filter(({ text }) => text !== '');
}

/** The newest warnings about the objects of the chain, one line each. */
export function warningsAbout(events: readonly KubeObject[], chain: readonly ObjectRef[]): string[] {
  const about = (event: KubeObject) =>
    chain.some(({ kind, name }) => textAt(event, 'involvedObject', 'kind') === kind && textAt(event, 'involvedObject', 'name') === name);
  const timeOf = (event: KubeObject) =>
    textAt(event, 'lastTimestamp') ?? textAt(event, 'eventTime') ?? textAt(event, 'metadata', 'creationTimestamp') ?? '';
  return events
    .filter((event) => textAt(event, 'type') === 'Warning' && about(event))
    .toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .filter((event, position, all) => all.slice(position + 1).filter((later) => alike(event, later)).length < mostAlike)
    .slice(-mostEvents)
    .map((event) => {
      const count = at(event, 'count');
      const times = typeof count === 'number' && count > 1 ? ` (${count} times)` : '';
      const subject = `${textAt(event, 'involvedObject', 'kind')}/${textAt(event, 'involvedObject', 'name')}`;
      return redact(`${timeOf(event)} ${subject} ${textAt(event, 'reason') ?? ''}: ${(textAt(event, 'message') ?? '').trim()}${times}`);
    });
}

const alike = (a: KubeObject, b: KubeObject): boolean =>
  textAt(a, 'reason') === textAt(b, 'reason') && textAt(a, 'involvedObject', 'name') === textAt(b, 'involvedObject', 'name');

/** Explains the kernel's `exec format error`. */
function architectureHint(texts: readonly string[], node: KubeObject | undefined): string {
  if (!texts.some((text) => /exec format error/i.test(text))) return '';
  const architecture = textAt(node, 'status', 'nodeInfo', 'architecture');
  const where = node === undefined ? 'its node' : `node ${node.metadata.name}${architecture === undefined ? '' : ` (${architecture})`}`;
  return `; the image is built for another architecture than ${where}: build it for that one, or for both`;
}

/** Abnormal conditions of the pod's node, and its readiness; empty if nodes may not be read. */
const nodeConditions = (node: KubeObject | undefined): string[] =>
  listAt(node, 'status', 'conditions')
    .filter(isRecord)
    .filter(({ type, status }) => type === 'Ready' || status !== 'False')
    .map(({ type, status, reason, message }) => `Node/${node?.metadata.name} ${type}=${status} ${reason}: ${message}`);

/** The evidence as text for a terminal or a log. */
export function evidenceText(evidence: Evidence): string {
  const section = (title: string, lines: readonly string[]) => (lines.length > 0 ? [`${title}:`, ...lines.map((line) => `  ${line}`)] : []);
  return [
    `cause: ${evidence.cause}`,
    ...section('also', evidence.others),
    ...section('objects', evidence.chain.length > 0 ? [evidence.chain.join(' → ')] : []),
    ...evidence.logs.flatMap(({ pod, container, run, text }) => section(`${run} log of ${pod} ${container}`, text.split('\n'))),
    ...section('warnings', evidence.events),
    ...section('node', evidence.nodes),
  ].join('\n');
}
