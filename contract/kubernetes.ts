/**
 * The oldest Kubernetes that the manifests and the release tool support. 1.30 has the preStop sleep without a feature gate, which pods need to
 * leave load balancers before they stop, and ValidatingAdmissionPolicy v1.
 */
export const minKubernetes = '1.30';
