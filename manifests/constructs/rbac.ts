import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';

interface Metadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Record<string, string>;
}

/** A Role and a RoleBinding of the same name that grants it to one subject. */
export function addRole(scope: Construct, id: string, metadata: Metadata, rules: k8s.PolicyRule[], subject: k8s.Subject): void {
  new k8s.KubeRole(scope, `${id}-role`, { metadata, rules });
  new k8s.KubeRoleBinding(scope, `${id}-binding`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
    subjects: [subject],
  });
}
