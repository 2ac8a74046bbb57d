import { describe, expect, test } from '@jest/globals';
import { type ClusterRow, clusterRows, modelErrors } from './cluster-table.ts';

const rows = clusterRows();
/** Connections of an example with the given verdicts with and without its fields. */
const verdicts = (example: string, isAllowed: ClusterRow['allowed']) =>
  rows
    .filter((row) => row.example === example && row.allowed.with === isAllowed.with && row.allowed.without === isAllowed.without)
    .map(({ connection }) => connection);

interface Expected {
  readonly opened: readonly string[];
  readonly closed?: readonly string[];
  readonly denied: readonly string[];
}

describe('The fields of an environment for its cluster', () => {
  test.each<[string, Expected]>([
    [
      'EKS with NodeLocal DNSCache',
      {
        opened: [
          'api → 169.254.20.10:53/UDP',
          'migrate → kube-system/node-local-dns:53/TCP',
          'pooler → 169.254.20.10:53/TCP',
          'api → 172.20.0.10:53/UDP',
        ],
        denied: ['api → 169.254.20.10:80/TCP', 'api → 169.254.169.254:80/TCP'],
      },
    ],
    [
      'GKE with Cloud DNS',
      {
        opened: ['api → 169.254.169.254:53/UDP', 'worker → 169.254.169.254:53/TCP'],
        closed: ['api → kube-system/kube-dns:53/UDP'],
        denied: ['api → 169.254.169.254:80/TCP'],
      },
    ],
    [
      'AKS with a public API server',
      {
        opened: ['pooler → 20.50.1.10:443/TCP'],
        closed: ['pooler → 10.0.0.1:443/TCP'],
        denied: ['pooler → 20.50.1.11:443/TCP', 'api → 20.50.1.10:6443/TCP'],
      },
    ],
    [
      'IPv6 only',
      {
        opened: ['api → [2001:db8::10]:443/TCP', 'pooler → [2600:1f18:abcd::5]:443/TCP', 'api → [2600:1f18:abcd:10::6]:6379/TCP'],
        closed: ['api → 203.0.113.10:443/TCP'],
        denied: ['api → [fd00:ec2::254]:80/TCP'],
      },
    ],
    ['Dual stack', { opened: ['api → [2001:db8::10]:443/TCP', 'pooler → [fd00::1]:443/TCP'], denied: ['api → [fd00:ec2::254]:443/TCP'] }],
    [
      'Istio with sidecars',
      {
        opened: ['api → istio-system/istiod:15012/TCP', 'migrate → istio-system/istiod:15012/TCP'],
        denied: ['api → istio-system/istiod:443/TCP'],
      },
    ],
    [
      'Collector of traces in the cluster',
      {
        opened: ['api → telemetry/collector:4318/TCP', 'scraper → telemetry/collector:4318/TCP'],
        denied: ['migrate → telemetry/collector:4318/TCP', 'api → telemetry/other:4318/TCP'],
      },
    ],
    [
      'vLLM in the cluster',
      {
        opened: ['api → models/vllm:8000/TCP', 'worker → models/vllm:8000/TCP'],
        denied: ['migrate → models/vllm:8000/TCP', 'api → models/vllm:22/TCP', 'api → models/other:8000/TCP'],
      },
    ],
    [
      'Model at a private address',
      {
        opened: ['api → 10.20.0.5:8443/TCP', 'graphql → 10.20.0.5:8443/TCP'],
        denied: ['api → 10.20.0.5:22/TCP', 'api → 10.30.0.5:8443/TCP'],
      },
    ],
  ])('%s: open what they declare and nothing else', (example, { opened, closed = [], denied }) => {
    expect(verdicts(example, { with: true, without: false })).toEqual(opened);
    expect(verdicts(example, { with: false, without: true })).toEqual(closed);
    expect(verdicts(example, { with: false, without: false })).toEqual(denied);
  });

  test('synth rejects a configured model that the policies cut off, with the path of the construct', () => {
    const why = (url: string, reason: string) =>
      `service: the text model of OPENAI_BASE_URL (${url}) ${reason}, which the network policies deny: declare it in "models" of the environment production`;
    expect(modelErrors()).toEqual([
      ['vLLM in the cluster', why('http://vllm.models.svc/v1', 'is inside the cluster')],
      ['Model at a private address', why('https://llm.corp.example:8443/v1', 'is on port 8443, not 443')],
    ]);
  });
});
