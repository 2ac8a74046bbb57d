import { valueAt } from './walk.ts';

/** Allowed values of enumerations, by the end of the path. */
export const enumerations: readonly (readonly [at: readonly string[], values: readonly string[]])[] = [
  [['preemptionPolicy'], ['PreemptLowerPriority', 'Never']],
  [['roleRef', 'apiGroup'], ['rbac.authorization.k8s.io']],
  [
    ['roleRef', 'kind'],
    ['Role', 'ClusterRole'],
  ],
  [
    ['subjects', '*', 'kind'],
    ['ServiceAccount', 'User', 'Group'],
  ],
  [
    ['accessModes', '*'],
    ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'],
  ],
  [
    ['policies', '*', 'type'],
    ['Pods', 'Percent'],
  ],
  [['selectPolicy'], ['Max', 'Min', 'Disabled']],
  [
    ['metrics', '*', 'type'],
    ['Resource', 'ContainerResource', 'Pods', 'Object', 'External'],
  ],
  [
    ['resource', 'target', 'type'],
    ['Utilization', 'AverageValue'],
  ],
  [['concurrencyPolicy'], ['Allow', 'Forbid', 'Replace']],
  [['restartPolicy'], ['Always', 'OnFailure', 'Never']],
  [['protocol'], ['TCP', 'UDP', 'SCTP', 'HTTP', 'HTTPS', 'TLS']],
  [
    ['policyTypes', '*'],
    ['Ingress', 'Egress'],
  ],
  [
    ['matchExpressions', '*', 'operator'],
    ['In', 'NotIn', 'Exists', 'DoesNotExist'],
  ],
  [
    ['spec', 'limits', '*', 'type'],
    ['Container', 'Pod', 'PersistentVolumeClaim'],
  ],
  [['failurePolicy'], ['Fail', 'Ignore']],
  [
    ['validationActions', '*'],
    ['Deny', 'Warn', 'Audit'],
  ],
  [
    ['resourceRules', '*', 'operations', '*'],
    ['*', 'CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
  ],
  [['fsGroupChangePolicy'], ['OnRootMismatch', 'Always']],
  [
    ['seccompProfile', 'type'],
    ['RuntimeDefault', 'Localhost', 'Unconfined'],
  ],
  [['whenUnsatisfiable'], ['DoNotSchedule', 'ScheduleAnyway']],
  [
    ['strategy', 'type'],
    ['RollingUpdate', 'Recreate'],
  ],
  [
    ['updateStrategy', 'type'],
    ['RollingUpdate', 'OnDelete'],
  ],
  [['podManagementPolicy'], ['OrderedReady', 'Parallel']],
  [
    ['paths', '*', 'pathType'],
    ['Exact', 'Prefix', 'ImplementationSpecific'],
  ],
  [['unhealthyPodEvictionPolicy'], ['IfHealthyBudget', 'AlwaysAllow']],
  [['imagePullPolicy'], ['Always', 'IfNotPresent', 'Never']],
  [
    ['hostPath', 'type'],
    ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
  ],
];

/** Fields that must be present and not empty, by the end of the path; the typed API declares some of them optional. */
export const requiredFields: readonly (readonly [at: readonly string[], fields: readonly (readonly string[])[]])[] = [
  [['env', '*'], [['name']]],
  [['secretKeyRef'], [['name'], ['key']]],
  [['configMapKeyRef'], [['name'], ['key']]],
  [['configMapRef'], [['name']]],
  [['secretRef'], [['name']]],
  [
    ['containers', '*'],
    [['name'], ['image']],
  ],
  [
    ['volumeMounts', '*'],
    [['name'], ['mountPath']],
  ],
  [['volumes', '*'], [['name']]],
  [
    ['items', '*'],
    [['key'], ['path']],
  ],
  [['httpGet'], [['port']]],
  [['tcpSocket'], [['port']]],
  [
    ['topologySpreadConstraints', '*'],
    [['maxSkew'], ['topologyKey'], ['whenUnsatisfiable']],
  ],
  [
    ['matchExpressions', '*'],
    [['key'], ['operator']],
  ],
  [['scaleTargetRef'], [['kind'], ['name']]],
  [['roleRef'], [['kind'], ['name']]],
  [
    ['subjects', '*'],
    [['kind'], ['name']],
  ],
  [
    ['policies', '*'],
    [['type'], ['value'], ['periodSeconds']],
  ],
  [
    ['backend', 'service'],
    [['name'], ['port']],
  ],
  [['template', 'spec'], [['containers']]],
  [['metrics', '*'], [['type']]],
  [
    ['metrics', '*', 'resource'],
    [['name'], ['target', 'type']],
  ],
  [['seccompProfile'], [['type']]],
  [['volumes', '*', 'configMap'], [['name']]],
  [['volumes', '*', 'persistentVolumeClaim'], [['claimName']]],
  [['rules', '*', 'http'], [['paths']]],
  [
    ['http', 'paths', '*'],
    [['path'], ['pathType'], ['backend', 'service', 'name']],
  ],
  [
    ['resourceRules', '*'],
    [['apiGroups'], ['apiVersions'], ['operations'], ['resources']],
  ],
  [
    ['volumeClaimTemplates', '*', 'spec'],
    [['accessModes'], ['resources', 'requests', 'storage']],
  ],
];

/** Required fields of an object, by kind. */
export const requiredFieldsByKind: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Deployment: [
    ['spec', 'selector', 'matchLabels'],
    ['spec', 'template', 'spec'],
  ],
  StatefulSet: [
    ['spec', 'selector', 'matchLabels'],
    ['spec', 'template', 'spec'],
  ],
  DaemonSet: [
    ['spec', 'selector', 'matchLabels'],
    ['spec', 'template', 'spec'],
  ],
  Job: [['spec', 'template', 'spec']],
  CronJob: [
    ['spec', 'schedule'],
    ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
  ],
  HorizontalPodAutoscaler: [
    ['spec', 'scaleTargetRef'],
    ['spec', 'maxReplicas'],
  ],
  PersistentVolumeClaim: [
    ['spec', 'accessModes'],
    ['spec', 'resources', 'requests', 'storage'],
  ],
  RoleBinding: [['roleRef']],
  ClusterRoleBinding: [['roleRef']],
  Ingress: [['spec', 'rules']],
  PriorityClass: [['value']],
  ValidatingAdmissionPolicy: [
    ['spec', 'matchConstraints', 'resourceRules'],
    ['spec', 'validations'],
  ],
  ValidatingAdmissionPolicyBinding: [
    ['spec', 'policyName'],
    ['spec', 'validationActions'],
  ],
};

const isMissing = (value: unknown): boolean =>
  value === undefined || value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Returns those of the fields that are missing or empty. */
export const missingFields = (value: unknown, fields: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  fields.filter((path) => isMissing(valueAt(value, ...path)));
