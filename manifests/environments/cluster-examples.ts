import { notifyByWebhook, resources, workerScaling } from './defaults.ts';
import type { Environment } from './environment.ts';
import { production } from './production.ts';

/** Production with news. */
const news = {
  config: { ...production.config, NEWS_CONTACT: 'https://news.corp.example', S3_BUCKET: 'exports', DATABASE_POOL_SIZE: '2' },
  workloads: {
    ...production.workloads,
    scraper: { scaling: { ...workerScaling, min: 1, max: 3 }, resources },
    analytics: { scaling: { ...workerScaling, min: 1, max: 3 }, resources },
  },
} as const satisfies Partial<Environment>;

/** Fields of an environment for one kind of cluster or model; docs/clusters.md shows what they open and close. */
export const clusterExamples = {
  'EKS with NodeLocal DNSCache': { cluster: { dns: { servers: ['kube-dns', 'node-local'], networks: ['172.20.0.10/32'] } } },
  'GKE with Cloud DNS': { cluster: { dns: { servers: ['cloud-dns'] } } },
  'AKS with a public API server': { cluster: { apiServer: { networks: ['20.50.1.10/32'] } } },
  'IPv6 only': {
    cluster: { ipFamilies: ['IPv6'], apiServer: { networks: ['2600:1f18:abcd::/56'] } },
    cache: { kind: 'external', networks: ['2600:1f18:abcd:10::/64'] },
  },
  'Dual stack': { cluster: { ipFamilies: ['IPv4', 'IPv6'] } },
  'Private registry and storage class': { cluster: { imagePullSecrets: ['registry'], storageClass: 'gp3' } },
  'Istio with sidecars': { ...news, cluster: { mesh: { images: ['docker.io/istio/proxyv2'], namespace: 'istio-system' } } },
  'kube-prometheus-stack': {
    monitoring: {
      kind: 'operator',
      namespace: 'monitoring',
      prometheusPod: 'prometheus-kube-prometheus-stack-prometheus-0',
      labels: { release: 'kube-prometheus-stack' },
      notify: notifyByWebhook,
    },
  },
  'Collector of traces in the cluster': {
    ...news,
    config: { ...news.config, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.telemetry.svc:4318', OTEL_TRACES_SAMPLER_ARG: '0.1' },
    traces: { kind: 'in-cluster', service: 'collector', namespace: 'telemetry', labels: { app: 'collector' }, port: 4318 },
  },
  'vLLM in the cluster': {
    config: { ...production.config, OPENAI_BASE_URL: 'http://vllm.models.svc/v1' },
    models: [{ kind: 'in-cluster', service: 'vllm', namespace: 'models', labels: { app: 'vllm' }, port: 80, podPort: 8000 }],
  },
  'News refined by a model, exports at a private address': {
    ...news,
    config: { ...news.config, NEWS_REFINE: 'true' },
    objectStore: { networks: ['10.40.0.0/16'] },
  },
  'Model at a private address': {
    config: { ...production.config, OPENAI_BASE_URL: 'https://llm.corp.example:8443/v1' },
    models: [{ kind: 'networks', host: 'llm.corp.example', port: 8443, networks: ['10.20.0.0/16'] }],
  },
} as const satisfies Readonly<Record<string, Partial<Environment>>>;
export type ClusterExample = keyof typeof clusterExamples;

/** PostgreSQL without an operator, whose backups are in the bucket of exported files. */
const backupsInBucket: Partial<Environment> = {
  ...news,
  database: {
    kind: 'stateful-set',
    storage: '50Gi',
    resources: { requests: { cpu: '1', memory: '4Gi' }, limits: { cpu: '2', memory: '4Gi' } },
    backups: { schedule: '0 3 * * *', keep: 7, storage: '50Gi', recipient: 'none' },
  },
};

/** Production in these clusters. */
export const clusterEnvironments: readonly Environment[] = [...Object.values(clusterExamples), backupsInBucket].map((fields) => ({
  ...production,
  ...fields,
}));
