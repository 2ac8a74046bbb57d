import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { type AllowedImages, imageExpressions, repositoryOf } from './image-expressions.ts';
import { commonLabels } from './labels.ts';

/** What a release brings, and the service's own image in it. */
interface Deployed {
  readonly image: string;
  readonly deployed: readonly KubernetesObject[];
}

/** The package has the types of its beta, which are the same. */
const apiVersion = 'admissionregistration.k8s.io/v1';

/** Everything that makes pods, so that a plan is refused and not only the pod that nobody waits for any more. */
const judged = [
  { apiGroups: [''], resources: ['pods', 'pods/ephemeralcontainers', 'replicationcontrollers'] },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'] },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
];

/**
 * The cluster's own say on images in the namespace: the service's by digest and from where releases are pushed, other people's in
 * exactly the versions that are pinned here, those of operators from their repositories.
 */
export function addImageAdmission(scope: Construct, environment: Environment, deployed: Deployed): void {
  const { namespace } = environment;
  const labels = commonLabels(environment);
  const name = `${namespace}-images`;
  const policy: k8s.ValidatingAdmissionPolicySpecV1Beta1 = {
    failurePolicy: 'Fail',
    matchConstraints: { resourceRules: judged.map((rule) => ({ ...rule, apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'] })) },
    ...imageExpressions(allowedImages(environment, deployed)),
  };
  const binding: k8s.ValidatingAdmissionPolicyBindingSpecV1Beta1 = {
    policyName: name,
    validationActions: ['Deny'],
    matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
  };
  const metadata = { name, labels };
  new ApiObject(scope, 'images', { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec: policy });
  new ApiObject(scope, 'images-here', { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding });
}

/** Where the service's images come from: that of the environment, and where its release workflow pushes. */
function serviceRepositories({ deployer, names }: Environment, image: string): string[] {
  const pushed = deployer ? [`ghcr.io/${deployer.repository.toLowerCase()}/${names.api}`] : [];
  return [...new Set([repositoryOf(image), ...pushed])];
}

function allowedImages(environment: Environment, { image, deployed }: Deployed): AllowedImages {
  const pinned = [...new Set(deployed.flatMap(imagesIn))].filter((each) => each !== image).sort();
  return { repositories: serviceRepositories(environment, image), pinned, operators: operatorsOf(environment) };
}

/** Whose containers operators add to pods of the namespace, or whose pods they make there. */
function operatorsOf({ database, edge: { tls } }: Environment): string[] {
  return [
    ...(database.kind === 'cloudnative-pg'
      ? ['ghcr.io/cloudnative-pg/cloudnative-pg', 'ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar']
      : []),
    ...(tls.kind === 'cert-manager' ? ['quay.io/jetstack/cert-manager-acmesolver'] : []),
  ];
}

/** Every image that an object names, of pods and of what operators make pods from. */
function imagesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    (key === 'image' || key === 'imageName') && typeof each === 'string' ? [each] : imagesIn(each),
  );
}
