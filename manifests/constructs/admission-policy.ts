import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

interface AdmissionPolicy {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: k8s.ValidatingAdmissionPolicySpecV1Beta1;
  /** Objects to which the policy is restricted; default: all. */
  readonly matchResources?: k8s.MatchResourcesV1Beta1;
}

/**
 * A ValidatingAdmissionPolicy and its binding of the same name, which denies violations. cdk8s-plus-28 only has the types of
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
