import type { Construct } from 'constructs';
import { imageName } from '../../contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { type AllowedImages, imageExpressions, repositoryOf } from './image-expressions.ts';
import { commonLabels } from './labels.ts';
import { addAdmissionPolicy } from './newer-kubernetes.ts';

/** Objects of a release, and the service's image in it. */
interface Deployed {
  readonly image: string;
  readonly deployed: readonly KubernetesObject[];
}

/** Pods and all kinds that create pods: a workload with a forbidden image is rejected itself, not only its pods. */
const podOwners = [
  { apiGroups: [''], resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'] },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'] },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
];

/**
 * An admission policy for the images of the namespace: the service's image by digest from the repositories of releases, third-party images in
 * exactly the pinned versions, and images of operators from their repositories.
 */
export function addImageAdmission(scope: Construct, environment: Environment, deployed: Deployed): void {
  const { namespace } = environment;
  addAdmissionPolicy(scope, 'images', {
    metadata: { name: `${namespace}-images`, labels: commonLabels(environment) },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: { resourceRules: podOwners.map((rule) => ({ ...rule, apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'] })) },
      ...imageExpressions(allowedImages(environment, deployed)),
    },
    matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  });
}

/** Repositories of the service's image: the environment's, and the one to which its release workflow pushes. */
function serviceRepositories({ deployer }: Environment, image: string): string[] {
  const pushed = deployer ? [imageName(deployer.repository.toLowerCase())] : [];
  return [...new Set([repositoryOf(image), ...pushed])];
}

function allowedImages(environment: Environment, { image, deployed }: Deployed): AllowedImages {
  const pinned = [...new Set(deployed.flatMap(imagesIn))].filter((each) => each !== image).sort();
  return { repositories: serviceRepositories(environment, image), pinned, operators: operatorsOf(environment) };
}

/** Repositories of containers or pods that operators and a mesh add to the namespace. */
function operatorsOf({ database, edge: { tls }, cluster }: Environment): string[] {
  return [
    ...(cluster?.mesh?.images ?? []),
    ...(database.kind === 'cloudnative-pg'
      ? ['ghcr.io/cloudnative-pg/cloudnative-pg', 'ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar']
      : []),
    ...(tls.kind === 'cert-manager' ? ['quay.io/jetstack/cert-manager-acmesolver'] : []),
  ];
}

/** All images in an object: of pods and of custom resources from which operators create pods. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    (key === 'image' || key === 'imageName') && typeof each === 'string' ? [each] : imagesIn(each),
  );
}
