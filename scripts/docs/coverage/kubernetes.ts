import { inPart, parsed, type Rows, ran, replaced, row } from './row.ts';

/** Kubernetes. */
export const kubernetesRows = {
  'K8-01': row(
    'Namespace',
    ['G0', 'G1'],
    ran('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
  ),
  'K8-02': row('ConfigMap', ['G0', 'G1'], ran('tests/e2e/local.test.ts', 'is whole: every role, PostgreSQL on a volume of its own, Redis')),
  'K8-03': row('Secret', ['G0', 'G1'], ran('tests/e2e/local.test.ts', 'is whole: every role, PostgreSQL on a volume of its own, Redis')),
  'K8-04': row(
    'API Deployment',
    ['G0', 'G1'],
    ran('tests/e2e/local.test.ts', 'is whole: every role, PostgreSQL on a volume of its own, Redis'),
  ),
  'K8-05': row('GraphQL Deployment', ['G1'], ran('tests/e2e/local.test.ts', 'answers GraphQL on a Service of its own')),
  'K8-06': row('Worker Deployment', ['G1'], ran('tests/e2e/local.test.ts', 'finishes in the worker what the API accepts as a batch')),
  'K8-07': row(
    'Env from config and secret',
    ['G0'],
    ran('tests/e2e/local.test.ts', 'is whole: every role, PostgreSQL on a volume of its own, Redis'),
  ),
  'K8-08': row(
    'Resources',
    ['G0'],
    inPart(
      parsed('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
      "the guide's own numbers are in the reference, whose pods start on simulated nodes; limits act on real ones in `local`.",
    ),
  ),
  'K8-09': row('Liveness probe', ['G0'], ran('tests/e2e/load.test.ts', 'a pod of $component is deleted, and nothing fails')),
  'K8-10': row('Readiness probe', ['G0'], ran('tests/e2e/load.test.ts', 'a pod of $component is deleted, and nothing fails')),
  'K8-11': row('Service', ['G0', 'G1'], ran('tests/e2e/local.test.ts', 'answers GraphQL on a Service of its own')),
  'K8-12': row(
    'Ingress',
    ['G0', 'G1'],
    inPart(
      parsed('tests/judges/kubectl-validate.test.ts', 'Every document has the schema of its kind, those of the operators included'),
      'no controller of the class nginx can be had; `local` is served through a Gateway.',
    ),
  ),
  'K8-13': row(
    'TLS via cert-manager',
    ['G0', 'G1'],
    inPart(
      parsed('tests/judges/kubectl-validate.test.ts', 'Every document has the schema of its kind, those of the operators included'),
      'cert-manager is an operator, and none is installed in the tests.',
    ),
  ),
  'K8-14': row('HPA API', ['G0', 'G1', 'G2'], ran('tests/e2e/load.test.ts', 'the autoscaler gives the API another pod')),
  'K8-15': row(
    'HPA GraphQL',
    ['G1'],
    inPart(
      parsed('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
      'accepted; no load makes it scale. That of the API does (K8-14).',
    ),
  ),
  'K8-16': row(
    'HPA Worker',
    ['G1'],
    inPart(
      parsed('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
      'accepted; no load makes it scale. That of the API does (K8-14).',
    ),
  ),
  'K8-17': row(
    'HPA behaviour policies',
    ['G1'],
    ran('tests/e2e/network.test.ts', 'after the load, the autoscaler takes the API back to its least'),
  ),
  'K8-18': row(
    'Cluster autoscaler',
    ['G0'],
    replaced(
      "A setting of a cloud's node pool, no object of an application: docs/clusters.md has the guide's numbers as flags, from manifests/targets/cluster-autoscaler.ts. The guide's ConfigMap is the autoscaler's own status, which it never reads (D-07). Pods are marked as evictable and have disruption budgets.",
    ),
  ),
  'K8-19': row(
    'Fluent Bit ConfigMap',
    ['G0'],
    inPart(
      parsed('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
      'its image cannot be had without a registry; its program, built from its source, runs with this configuration (tests/services/fluent-bit.test.ts)',
    ),
  ),
  'K8-20': row(
    'Network policies',
    ['G1'],
    ran('tests/e2e/network.test.ts', 'is open exactly where the policies say, tried from inside every pod'),
  ),
  'K8-21': row(
    'Manifest files',
    ['G0', 'G1', 'G2'],
    replaced('Synthesized into dist/<environment>/ by manifests/main.ts; no hand-written copies.'),
  ),
  'K8-22': row(
    'Rolling updates, zero downtime',
    ['G0', 'G1'],
    ran('tests/e2e/canary.test.ts', 'gets half of the traffic at weight 50 and is promoted without failed requests'),
  ),
  'K8-23': row('Auto-recovery of failed pods', ['G1'], ran('tests/e2e/load.test.ts', 'a pod of $component is deleted, and nothing fails')),
  'K8-24': row(
    'Multi-zone',
    ['G0'],
    ran(
      'tests/e2e/cluster-properties.test.ts',
      'pods of the API spread over zones, a manual scale is undone by the autoscaler, and a raised minimum lasts',
    ),
  ),
  'K8-25': row(
    'Storage layer',
    ['G1'],
    ran('tests/e2e/local.test.ts', 'keeps what it stores in PostgreSQL, and what it may forget in Redis'),
  ),
  'K8-26': row(
    'Service count / replicas',
    ['G1'],
    replaced(
      'The guide counts 8 services and 15 replicas without listing them; its own numbers of replicas give 8 pods of workloads (D-08). docs/guides.md counts what each reference deploys, from its objects.',
    ),
  ),
  'K8-27': row(
    'Custom-metric autoscaling (future)',
    ['G3'],
    inPart(
      parsed('tests/judges/kubectl-validate.test.ts', 'Every document has the schema of its kind, those of the operators included'),
      'no environment scales by the queue, and KEDA never ran',
    ),
  ),
  'K8-28': row(
    'Service mesh, blue-green, DR (future)',
    ['G3'],
    inPart(
      ran('tests/e2e/canary.test.ts', 'gets half of the traffic at weight 50 and is promoted without failed requests'),
      'canary and blue-green; no mesh ran, though its connections and sidecars are declared; disaster recovery is a page',
    ),
  ),
  'K8-29': row(
    'Manual scale and logs commands',
    ['G1'],
    ran(
      'tests/e2e/cluster-properties.test.ts',
      'pods of the API spread over zones, a manual scale is undone by the autoscaler, and a raised minimum lasts',
    ),
  ),
} as const satisfies Rows;
