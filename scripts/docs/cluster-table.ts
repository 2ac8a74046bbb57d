import { type ClusterExample, clusterExamples } from '../../manifests/environments/cluster-examples.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { production } from '../../manifests/environments/production.ts';
import { evaluate, type Port, type Protocol, type TrafficPeer } from '../../manifests/network/evaluate.ts';
import { matrixPeers } from '../../manifests/network/matrix-peers.ts';
import { networkPolicies } from '../../manifests/network/network-policy.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';

/** A connection from one of the environment's own peers, such as `api`. */
interface Attempt extends Port {
  readonly from: string;
  readonly to: TrafficPeer;
  /** What is there. */
  readonly target: string;
}

const attempt = (from: string, to: TrafficPeer, port: number, target: string, protocol: Protocol = 'TCP'): Attempt => ({
  from,
  to,
  port,
  target,
  protocol,
});
const pod = (namespace: string, labels: Readonly<Record<string, string>>): TrafficPeer => ({ namespace, labels, ports: [] });
const address = (text: string): TrafficPeer => ({ address: text });

const kubeDns = pod('kube-system', { 'k8s-app': 'kube-dns' });
const nodeLocal = pod('kube-system', { 'k8s-app': 'node-local-dns' });
const metadata = address('169.254.169.254');

/** Fields that change no network policy have none. */
const attempts: Readonly<Partial<Record<ClusterExample, readonly Attempt[]>>> = {
  'EKS with NodeLocal DNSCache': [
    attempt('api', address('169.254.20.10'), 53, 'cache, by address', 'UDP'),
    attempt('migrate', nodeLocal, 53, 'cache, by pod'),
    attempt('pooler', address('169.254.20.10'), 53, 'cache, by address'),
    attempt('api', address('172.20.0.10'), 53, 'cache, by the address of the Service', 'UDP'),
    attempt('api', kubeDns, 53, 'CoreDNS', 'UDP'),
    attempt('api', address('169.254.20.10'), 80, 'another port of the cache'),
    attempt('api', metadata, 80, 'metadata service'),
  ],
  'GKE with Cloud DNS': [
    attempt('api', metadata, 53, 'Cloud DNS', 'UDP'),
    attempt('worker', metadata, 53, 'Cloud DNS'),
    attempt('api', metadata, 80, 'metadata service'),
    attempt('api', kubeDns, 53, 'kube-dns', 'UDP'),
  ],
  'AKS with a public API server': [
    attempt('pooler', address('20.50.1.10'), 443, 'API server'),
    attempt('pooler', address('20.50.1.11'), 443, 'another public address'),
    attempt('pooler', address('10.0.0.1'), 443, 'private address'),
    attempt('api', address('20.50.1.10'), 6443, 'API server, from a pod that does not call it'),
  ],
  'IPv6 only': [
    attempt('api', address('2001:db8::10'), 443, 'public model'),
    attempt('pooler', address('2600:1f18:abcd::5'), 443, 'API server'),
    attempt('api', address('2600:1f18:abcd:10::6'), 6379, 'Redis'),
    attempt('api', address('203.0.113.10'), 443, 'public model by IPv4'),
    attempt('api', address('fd00:ec2::254'), 80, 'metadata service by IPv6'),
  ],
  'Dual stack': [
    attempt('api', address('203.0.113.10'), 443, 'public model by IPv4'),
    attempt('api', address('2001:db8::10'), 443, 'public model by IPv6'),
    attempt('pooler', address('fd00::1'), 443, 'API server by IPv6'),
    attempt('api', address('fd00:ec2::254'), 443, 'private IPv6 address'),
  ],
  'Istio with sidecars': [
    attempt('api', pod('istio-system', { app: 'istiod' }), 15_012, 'control plane'),
    attempt('migrate', pod('istio-system', { app: 'istiod' }), 15_012, 'control plane'),
    attempt('api', pod('istio-system', { app: 'istiod' }), 443, 'another port of the control plane'),
  ],
  'Collector of traces in the cluster': [
    attempt('api', pod('telemetry', { app: 'collector' }), 4318, 'collector'),
    attempt('scraper', pod('telemetry', { app: 'collector' }), 4318, 'collector'),
    attempt('migrate', pod('telemetry', { app: 'collector' }), 4318, 'collector, from a pod that sends no traces'),
    attempt('api', pod('telemetry', { app: 'other' }), 4318, 'another pod of its namespace'),
  ],
  'vLLM in the cluster': [
    attempt('api', pod('models', { app: 'vllm' }), 8000, 'model'),
    attempt('worker', pod('models', { app: 'vllm' }), 8000, 'model'),
    attempt('migrate', pod('models', { app: 'vllm' }), 8000, 'model, from a pod that calls no model'),
    attempt('api', pod('models', { app: 'vllm' }), 22, 'another port of the model'),
    attempt('api', pod('models', { app: 'other' }), 8000, 'another pod of its namespace'),
  ],
  'News refined by a model, exports at a private address': [
    attempt('scraper', address('203.0.113.10'), 80, 'site without TLS'),
    attempt('scraper', address('203.0.113.10'), 443, 'site'),
    attempt('scraper', address('10.40.0.5'), 443, 'object store'),
    attempt('analytics', address('10.40.0.5'), 443, 'object store'),
    attempt('analytics', address('203.0.113.10'), 443, 'model, because NEWS_REFINE is set'),
    attempt('analytics', address('203.0.113.10'), 80, 'site without TLS'),
    attempt('api', address('10.40.0.5'), 443, 'object store'),
  ],
  'Model at a private address': [
    attempt('api', address('10.20.0.5'), 8443, 'model'),
    attempt('graphql', address('10.20.0.5'), 8443, 'model'),
    attempt('api', address('10.20.0.5'), 22, 'another port of the model'),
    attempt('api', address('10.30.0.5'), 8443, 'another private address'),
  ],
};

/** Whether the policies of an environment allow a connection. */
function evaluator(environment: Environment): (attempt: Attempt) => boolean {
  const objects = synthesizeEnvironment(environment).flatMap((chart) => chart.objects);
  const peers = matrixPeers(objects, environment);
  const network = { policies: networkPolicies(objects, environment.namespace), namespaces: {} };
  return ({ from, to, ...port }) => {
    const source = peers.find(({ name }) => name === from);
    // Production without the fields has fewer roles.
    if (source === undefined) return false;
    return evaluate(network, source.traffic, to)(port).allowed;
  };
}

export interface ClusterRow {
  readonly example: ClusterExample;
  readonly connection: string;
  readonly target: string;
  /** With the fields of the example, and in production as it is. */
  readonly allowed: { readonly with: boolean; readonly without: boolean };
}

const placeOf = (to: TrafficPeer) => ('address' in to ? to.address : `${to.namespace}/${Object.values(to.labels).join()}`);
const hostPort = (place: string, port: number) => (place.includes(':') ? `[${place}]:${port}` : `${place}:${port}`);

/** What each example opens and closes, according to the evaluator of the network policies. */
export function clusterRows(): readonly ClusterRow[] {
  const isAllowedWithout = evaluator(production);
  return exampleNames.flatMap((example) => {
    const tried = attempts[example];
    if (tried === undefined) return [];
    const isAllowed = evaluator({ ...production, ...clusterExamples[example] });
    return tried.map((each) => ({
      example,
      connection: `${each.from} → ${hostPort(placeOf(each.to), each.port)}/${each.protocol}`,
      target: each.target,
      allowed: { with: isAllowed(each), without: isAllowedWithout(each) },
    }));
  });
}

export const exampleNames: readonly ClusterExample[] = Object.keys(clusterExamples).filter(
  (name): name is ClusterExample => name in clusterExamples,
);

/** The error of synth for each example that configures a model, without the declaration of that model. */
export const modelErrors = (): readonly (readonly [ClusterExample, string])[] =>
  exampleNames.flatMap((example) => {
    const fields: Partial<Environment> = clusterExamples[example];
    if (fields.models === undefined) return [];
    const { models: _, ...undeclared } = { ...production, ...fields };
    try {
      synthesizeEnvironment(undeclared);
    } catch (error) {
      if (error instanceof Error) return [[example, error.message.split('; ')[0] ?? ''] as const];
    }
    throw new Error(`${example}: synth accepts a model that the network policies cut off`);
  });
