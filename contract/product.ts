import { byWorkloadRole } from './roles.ts';
import { team } from './team.ts';

/** The product's name and version. */
export const product = {
  /** Prefix of every Kubernetes name. */
  name: team.name,
  title: team.title,
  version: '4.0.0',
  description: team.description,
  license: 'Apache-2.0',
  maintainer: team.maintainer,
} as const;

/** The stages that the service knows (ENVIRONMENT); several environments may have one stage. `exposed`: callers reach it over the internet. */
export const stages = {
  local: { exposed: false },
  staging: { exposed: true },
  production: { exposed: true },
} as const satisfies Record<string, { readonly exposed: boolean }>;
export type Stage = keyof typeof stages;
export const stageNames: readonly Stage[] = Object.keys(stages).filter((name): name is Stage => name in stages);

/**
 * Names of the Kubernetes objects that other code refers to: a prefix, then the purpose.
 * Objects whose content must roll pods get a content hash appended at synth.
 */
export function namesOf(prefix: string) {
  const named = (suffix: string) => `${prefix}-${suffix}`;
  return {
    /** Prefix of all names and value of the label `part-of`. */
    prefix,
    ...byWorkloadRole(named),
    migrate: named('migrate'),
    config: named('config'),
    secrets: named('secrets'),
    /** The Secret of the monitoring stack, and its dashboard. */
    monitoring: named('monitoring'),
    services: { api: named('service'), graphql: named('graphql-service') },
    autoscalers: byWorkloadRole((role) => named(role === 'api' ? 'hpa' : `${role}-hpa`)),
    budgets: { ...byWorkloadRole((role) => named(role === 'api' ? 'pdb' : `${role}-pdb`)), pooler: named('pooler-pdb') },
    /** Headless Services through which Prometheus discovers the pods of a role. */
    metrics: byWorkloadRole((role) => named(`${role}-metrics`)),
    gateway: named('gateway'),
    route: named('ingress'),
    tls: named('tls'),
    postgres: named('postgres'),
    pooler: named('pooler'),
    backup: named('backup'),
    redis: named('redis'),
    /** The volume of exported files. */
    exports: named('exports'),
    deployer: named('deployer'),
  } as const;
}
export type Names = ReturnType<typeof namesOf>;
/** Names of the product's own objects. */
export const names = namesOf(product.name);

const packagesOf = (repository: string) => `ghcr.io/${repository}`;
/** Whether the image is a package of the repository on GitHub: a fork then pushes to its own packages. */
const isPackage = team.registry === packagesOf(team.repository.toLowerCase());
/** The name of the image that the release workflow of a repository on GitHub pushes. */
export const imageName = (repository: string) => `${isPackage ? packagesOf(repository) : team.registry}/${names.api}`;
/** The host of the registry. */
export const registryHost = team.registry.replace(/\/.*/, '');

/**
 * Keys of annotations and labels that synth writes and the service or the release tool reads.
 */
export const metadataKeys = {
  /** Pod template annotation: content hash of the template; the service reports it as `release`. */
  release: 'leyenda.dev/release',
  /** Annotations of the migration Job: the newest migration, and the migration that a release must know to run on that schema. */
  schema: 'leyenda.dev/schema',
  schemaCompatibleFrom: 'leyenda.dev/schema-compatible-from',
  /** Label on every object: the component it belongs to. */
  component: 'app.kubernetes.io/component',
  /** Label on every object: the prefix of all names. */
  partOf: 'app.kubernetes.io/part-of',
  /** Label of the namespace, the deploy lock and the release records: the environment that they belong to. */
  environment: 'leyenda.dev/environment',
} as const;
