import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

/**
 * Everything that the manifests need and the types of cdk8s-plus-28 (Kubernetes 1.28) do not have. Each is added here, and nowhere else, so
 * that a later cdk8s-plus replaces this file.
 */

/** Changes the JSON of an object when it is written: cdk8s-plus-28 drops unknown fields, from JSON patches too (cdk8s-team/cdk8s#2172). */
function changeJson(object: ApiObject, change: (json: ReturnType<ApiObject['toJson']>) => void): void {
  const toJson = object.toJson.bind(object);
  object.toJson = () => {
    const json = toJson();
    change(json);
    return json;
  };
}

/** `preStop.sleep` (on by default since Kubernetes 1.30): the kubelet sleeps, so the image needs no shell. */
export function addPreStopSleep(deployment: k8s.KubeDeployment, seconds: number): void {
  changeJson(deployment, ({ spec }) => {
    spec.template.spec.containers[0].lifecycle = { preStop: { sleep: { seconds } } };
  });
}

interface AdmissionPolicy {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: k8s.ValidatingAdmissionPolicySpecV1Beta1;
  /** Objects to which the policy is restricted; default: all. */
  readonly matchResources?: k8s.MatchResourcesV1Beta1;
}

/**
 * A ValidatingAdmissionPolicy of v1 (Kubernetes 1.30) and its binding of the same name, which denies violations. There are only types of
 * v1beta1; those of v1 are the same.
 */
export function addAdmissionPolicy(scope: Construct, id: string, { metadata, spec, matchResources }: AdmissionPolicy): void {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const binding: k8s.ValidatingAdmissionPolicyBindingSpecV1Beta1 = {
    policyName: metadata.name,
    validationActions: ['Deny'],
    ...(matchResources && { matchResources }),
  };
  new ApiObject(scope, id, { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata, spec });
  new ApiObject(scope, `${id}-binding`, { apiVersion, kind: 'ValidatingAdmissionPolicyBinding', metadata, spec: binding });
}

/** A Namespace is cluster-scoped: removes the namespace that cdk8s adds from the chart. */
export function removeNamespace(object: k8s.KubeNamespace): void {
  changeJson(object, ({ metadata }) => delete metadata.namespace);
}
