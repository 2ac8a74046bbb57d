import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { names } from '../../contract/product.ts';
import { local } from '../../manifests/environments/local.ts';
import { apiKey, edgeNamespace, kubectl, namespace } from './cluster.ts';
import { edgeCertificate } from './local-environment.ts';

const source = readFileSync(join(import.meta.dirname, 'client-program.js'), 'utf8');
const name = 'client';
/** The Service of the gateway's own pods. */
const gatewayService = 'traefik';
const at = (service: string, where: string) => `http://${service}.${where}.svc.cluster.local`;

/** A pod in the gateway's namespace that calls the Services and the gateway. */
export async function startClient(image: string): Promise<void> {
  await kubectl(['create', 'namespace', edgeNamespace, '--dry-run=client', '-o', 'yaml']).then((text) =>
    kubectl(['apply', '-f', '-'], text),
  );
  const env = {
    API: at(names.services.api, namespace),
    GRAPHQL: at(names.services.graphql, namespace),
    EDGE: at(gatewayService, edgeNamespace).replace('http:', 'https:'),
    EDGE_HOST: local.edge.host,
    EDGE_CERTIFICATE: await edgeCertificate(),
    API_KEY: apiKey,
  };
  const container = {
    name,
    image,
    command: ['node', '-e', source],
    env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: edgeNamespace },
    spec: { restartPolicy: 'Never', containers: [container] },
  };
  await kubectl(['delete', 'pod', name, '-n', edgeNamespace, '--ignore-not-found', '--grace-period=1']);
  await kubectl(['apply', '-f', '-'], JSON.stringify(pod));
  await kubectl(['wait', '-n', edgeNamespace, `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
}

/** Runs an action of client-program.js with its arguments. */
export async function callClient(...words: string[]) {
  const path = words.map(encodeURIComponent).join('/');
  const program = `fetch('http://127.0.0.1:8099/${path}').then((r) => r.text()).then((t) => process.stdout.write(t))`;
  const answer = JSON.parse(await kubectl(['exec', '-n', edgeNamespace, name, '--', 'node', '-e', program]));
  if (answer.error) throw new Error(`client ${words.join(' ')}: ${answer.error}`);
  return answer;
}

/** What callers of one kind saw. */
export interface Seen {
  readonly sent: number;
  readonly failed: number;
  /** Milliseconds of the longest answer. */
  readonly longest: number;
  readonly releases: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

/** Keeps callers calling while something happens. `pause`: milliseconds between two requests of a caller. */
export async function underLoad<Result>(pause: number, kinds: readonly string[], work: () => Promise<Result>) {
  await callClient('start', String(pause), ...(kinds.length > 0 ? [kinds.join(',')] : []));
  let seen: Record<string, Seen> = {};
  const result = await work().finally(async () => {
    seen = await callClient('stop');
  });
  const all = Object.values(seen);
  const sum = (key: 'sent' | 'failed') => all.reduce((total, each) => total + each[key], 0);
  const failures = Object.entries(seen).flatMap(([kind, each]) =>
    Object.entries(each.failures).map(([why, times]) => `${kind}: ${times} × ${why}`),
  );
  return {
    result,
    sent: sum('sent'),
    failed: sum('failed'),
    longest: Math.max(...all.map(({ longest }) => longest)),
    releases: [...new Set(all.flatMap(({ releases }) => Object.keys(releases)))],
    failures,
    counts: Object.entries(seen)
      .map(([kind, each]) => `${each.sent} ${kind}`)
      .join(', '),
  };
}
