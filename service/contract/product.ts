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

/**
 * Names of the Kubernetes objects that other parts refer to (guide rows K8-01..K8-14).
 * Objects whose content must roll pods get a content hash appended at synth.
 */
export const names = {
  api: `${product.name}-api`,
  migrate: `${product.name}-migrate`,
  config: `${product.name}-config`,
  secrets: `${product.name}-secrets`,
  service: `${product.name}-service`,
  gateway: `${product.name}-gateway`,
  route: `${product.name}-ingress`,
  tls: `${product.name}-tls`,
  autoscaler: `${product.name}-hpa`,
  budget: `${product.name}-pdb`,
  postgres: `${product.name}-postgres`,
  redis: `${product.name}-redis`,
  deployer: `${product.name}-deployer`,
} as const;

/**
 * Annotations and labels that carry meaning between synth, service and release tool.
 */
export const marks = {
  /** Pod template annotation: content hash of the template; the service reports it as `release`. */
  release: 'leyenda.dev/release',
  /** Label on every object: the component it belongs to. */
  component: 'app.kubernetes.io/component',
  /** Label on every object: always `product.name`. */
  partOf: 'app.kubernetes.io/part-of',
} as const;
