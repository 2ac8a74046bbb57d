/** The product's name and version: guide rows API-01, K8-01. */
export const product = {
  /** Prefix of every Kubernetes name and of every metric (metrics use `_`). */
  name: 'instagram-captions',
  title: 'Instagram Captions API',
  version: '4.0.0',
  description: 'Captions for pictures, in English and Spanish, from a short description.',
  license: 'Apache-2.0',
} as const;

/** The environments that manifests, workflows and the release tool know. */
export const environmentNames = ['local', 'staging', 'production'] as const;
export type EnvironmentName = (typeof environmentNames)[number];

/** The deployments that the guides G0, G1, G2 and G3 describe: synthesized to compare with, deployed by nobody. */
export const referenceNames = ['instagram-captions', 'capibara6', 'preventia', 'fastapi-stack'] as const;
export type ReferenceName = (typeof referenceNames)[number];

/** Everything that is synthesized. */
export const deploymentNames = [...environmentNames, ...referenceNames] as const;
export type DeploymentName = (typeof deploymentNames)[number];

/**
 * Names of the Kubernetes objects that other parts refer to (guide rows K8-01..K8-16): a prefix, then what it is.
 * Objects whose content must roll pods get a content hash appended at synth.
 */
export function namesOf(prefix: string) {
  const named = (suffix: string) => `${prefix}-${suffix}`;
  return {
    /** What all names begin with; the value of the label `part-of`. */
    prefix,
    api: named('api'),
    graphql: named('graphql'),
    worker: named('worker'),
    migrate: named('migrate'),
    config: named('config'),
    secrets: named('secrets'),
    /** The Secret of what watches, and its dashboard. */
    monitoring: named('monitoring'),
    services: { api: named('service'), graphql: named('graphql-service') },
    autoscalers: { api: named('hpa'), graphql: named('graphql-hpa'), worker: named('worker-hpa') },
    budgets: { api: named('pdb'), graphql: named('graphql-pdb'), worker: named('worker-pdb') },
    /** What Prometheus finds a role's pods by. */
    metrics: { api: named('api-metrics'), graphql: named('graphql-metrics'), worker: named('worker-metrics') },
    gateway: named('gateway'),
    route: named('ingress'),
    tls: named('tls'),
    postgres: named('postgres'),
    pooler: named('pooler'),
    backup: named('backup'),
    redis: named('redis'),
    deployer: named('deployer'),
  } as const;
}
export type Names = ReturnType<typeof namesOf>;
/** Those of the product itself. */
export const names = namesOf(product.name);

/**
 * Annotations and labels that carry meaning between synth, service and release tool.
 */
export const metadataKeys = {
  /** Pod template annotation: content hash of the template; the service reports it as `release`. */
  release: 'leyenda.dev/release',
  /** Migration Job annotations: the newest step of the schema that it leaves, and the step that a release must know to work on it. */
  schema: 'leyenda.dev/schema',
  schemaCompatibleFrom: 'leyenda.dev/schema-compatible-from',
  /** Label on every object: the component it belongs to. */
  component: 'app.kubernetes.io/component',
  /** Label on every object: the prefix of all names. */
  partOf: 'app.kubernetes.io/part-of',
  /** Label of the namespace, the deploy lock and the release records: the environment that they belong to. */
  environment: 'leyenda.dev/environment',
} as const;
