import { isIP } from 'node:net';
import { validateCidr } from './cidr.ts';
import { validateSchedule } from './cron.ts';
import { validateQuantity } from './quantity.ts';
import { enumerations, missingFields, requiredFields } from './required-fields.ts';
import { type TextFormat, validateText } from './text-formats.ts';
import { formatPath } from './walk.ts';

/** Describes the error in a value and its fix; undefined if the value is valid. */
type Check = (value: unknown, path: readonly string[], kind: string) => string | undefined;

/** `at`: the end of a path, `*` matches any key or index. Without `kinds` the rule applies to all kinds. */
interface FieldRule {
  readonly at: readonly string[];
  readonly kinds?: readonly string[];
  readonly check: Check;
}

const text =
  (format: TextFormat): Check =>
  (value) =>
    validateText(format, value);
const keys =
  (format: TextFormat): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return undefined;
    const wrong = Object.keys(value).find((key) => validateText(format, key) !== undefined);
    return wrong === undefined ? undefined : `has the key ${JSON.stringify(wrong)}, which ${validateText(format, wrong)}`;
  };
const maxInt32 = 2 ** 31 - 1;
const integer =
  (min: number, max = maxInt32): Check =>
  (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? undefined
      : `must be a whole number from ${min} ${max === maxInt32 ? 'up' : `to ${max}`}`;
const quantity: Check = (value, path) => (typeof value === 'object' ? undefined : validateQuantity(path.at(-1) ?? '', value));
const port = integer(1, 65_535);
const portOrName: Check = (value) => (typeof value === 'string' ? validateText('portName', value) : port(value, [], ''));
/** A number of pods or a percentage. */
const podCount: Check = (value) => {
  if (typeof value === 'number') return integer(0)(value, [], '');
  return typeof value === 'string' && /^\d{1,3}%$/.test(value) && Number.parseInt(value, 10) <= 100
    ? undefined
    : 'must be a number of pods or a percentage such as 25%, at most 100%';
};
const schedule: Check = (value, _path, kind) => validateSchedule(String(value), kind === 'ScheduledBackup');
const timeZone: Check = (value) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: String(value) });
    return undefined;
  } catch {
    return 'is not a time zone of the IANA database, such as Etc/UTC';
  }
};
const routePath: Check = (value) => (typeof value === 'string' && value.startsWith('/') ? undefined : 'must start with "/"');

const oneOf =
  (values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value)) ? undefined : `is not known: use ${values.filter((each) => each !== '').join(', ')}`;
const complete =
  (fields: readonly (readonly string[])[]): Check =>
  (value) => {
    const missing = typeof value === 'object' ? missingFields(value, fields) : [];
    return missing.length > 0 ? `has no ${missing.map(formatPath).join(', ')}: add it` : undefined;
  };

const integers: Readonly<Record<string, readonly [min: number, max?: number]>> = {
  replicas: [0],
  minReplicas: [1],
  maxReplicas: [1],
  averageUtilization: [1],
  stabilizationWindowSeconds: [0, 3600],
  initialDelaySeconds: [0],
  timeoutSeconds: [1],
  failureThreshold: [1],
  successThreshold: [1],
  terminationGracePeriodSeconds: [0],
  activeDeadlineSeconds: [1],
  startingDeadlineSeconds: [0],
  ttlSecondsAfterFinished: [0],
  backoffLimit: [0],
  successfulJobsHistoryLimit: [0],
  failedJobsHistoryLimit: [0],
  revisionHistoryLimit: [0],
  progressDeadlineSeconds: [1],
  minReadySeconds: [0],
  maxSkew: [1],
  runAsUser: [0],
  runAsGroup: [0],
  fsGroup: [0],
  defaultMode: [0, 0o777],
};

const quantities = ['requests', 'limits', 'hard', 'default', 'defaultRequest', 'min', 'max', 'maxLimitRequestRatio'];
/** Kinds whose fields of these names have their Kubernetes meaning. */
const hasCoreFields = (kind: string) => !['Middleware', 'PrometheusRule'].includes(kind);

/** Fields that the downward API exposes. */
const podField =
  /^(?:metadata\.(?:name|namespace|uid)|metadata\.(?:labels|annotations)\['[^']+'\]|spec\.(?:nodeName|serviceAccountName)|status\.(?:hostIPs?|podIPs?))$/;

/** The API server's rules for single fields. A field of the same name in a custom resource has the same meaning. */
export const fieldRules: readonly FieldRule[] = [
  { at: ['metadata', 'namespace'], check: text('label') },
  ...enumerations.map(
    ([at, values]): FieldRule => ({
      at,
      check: (value, path, kind) => (hasCoreFields(kind) ? oneOf(values)(value, path, kind) : undefined),
    }),
  ),
  ...requiredFields.map(
    ([at, fields]): FieldRule => ({
      at,
      check: (value, path, kind) => (hasCoreFields(kind) ? complete(fields)(value, path, kind) : undefined),
    }),
  ),
  {
    at: ['spec', 'clusterIP'],
    kinds: ['Service'],
    check: (value) => (value === 'None' || isIP(String(value)) > 0 ? undefined : 'is not an IP address: use None, or omit it'),
  },
  { at: ['matchLabelKeys', '*'], check: text('labelKey') },
  { at: ['topologyKey'], check: text('labelKey') },
  {
    at: ['fieldRef', 'fieldPath'],
    check: (value) => (podField.test(String(value)) ? undefined : 'is not a field of the downward API'),
  },
  { at: ['policyName'], kinds: ['ValidatingAdmissionPolicyBinding'], check: text('subdomain') },
  { at: ['backend', 'service', 'name'], kinds: ['Ingress'], check: text('serviceName') },
  ...['labels', 'matchLabels', 'nodeSelector'].flatMap((name): FieldRule[] => [
    { at: [name], check: keys('labelKey') },
    { at: [name, '*'], check: text('labelValue') },
  ]),
  { at: ['spec', 'selector'], kinds: ['Service'], check: keys('labelKey') },
  { at: ['spec', 'selector', '*'], kinds: ['Service'], check: text('labelValue') },
  { at: ['annotations'], check: keys('labelKey') },
  { at: ['matchExpressions', '*', 'key'], check: text('labelKey') },
  { at: ['matchExpressions', '*', 'values', '*'], check: text('labelValue') },
  { at: ['data'], kinds: ['ConfigMap'], check: keys('dataKey') },
  ...quantities.map(
    (name): FieldRule => ({
      at: [name, '*'],
      check: (value, path, kind) => (hasCoreFields(kind) ? quantity(value, path, kind) : undefined),
    }),
  ),
  { at: ['sizeLimit'], check: quantity },
  { at: ['storage', 'size'], check: quantity },
  ...Object.entries(integers).map(([name, [min, max]]): FieldRule => ({ at: [name], check: integer(min, max) })),
  { at: ['periodSeconds'], check: integer(1) },
  { at: ['policies', '*', 'periodSeconds'], kinds: ['HorizontalPodAutoscaler'], check: integer(1, 1800) },
  { at: ['policies', '*', 'value'], kinds: ['HorizontalPodAutoscaler'], check: integer(1) },
  { at: ['value'], kinds: ['PriorityClass'], check: integer(-(2 ** 31), 1_000_000_000) },
  { at: ['backendRefs', '*', 'weight'], check: integer(0, 1_000_000) },
  ...['containerPort', 'hostPort', 'nodePort', 'endPort'].map((name): FieldRule => ({ at: [name], check: port })),
  { at: ['spec', 'ports', '*', 'port'], kinds: ['Service'], check: port },
  { at: ['spec', 'ports', '*', 'targetPort'], kinds: ['Service'], check: portOrName },
  { at: ['spec', 'ports', '*', 'name'], kinds: ['Service'], check: text('label') },
  ...['httpGet', 'tcpSocket', 'grpc'].map((name): FieldRule => ({ at: [name, 'port'], check: portOrName })),
  { at: ['ports', '*', 'port'], kinds: ['NetworkPolicy'], check: portOrName },
  { at: ['listeners', '*', 'port'], check: port },
  { at: ['backendRefs', '*', 'port'], check: port },
  { at: ['backend', 'service', 'port', 'number'], check: port },
  ...['containers', 'initContainers'].flatMap((name): FieldRule[] => [
    { at: [name, '*', 'name'], check: text('label') },
    { at: [name, '*', 'image'], check: text('image') },
    { at: [name, '*', 'env', '*', 'name'], check: text('environmentVariable') },
    { at: [name, '*', 'ports', '*', 'name'], check: text('portName') },
    { at: [name, '*', 'volumeMounts', '*', 'mountPath'], check: text('absolutePath') },
  ]),
  { at: ['imageName'], kinds: ['Cluster'], check: text('image') },
  { at: ['volumes', '*', 'name'], check: text('label') },
  { at: ['hostPath', 'path'], check: text('absolutePath') },
  { at: ['items', '*', 'key'], check: text('dataKey') },
  ...['configMapKeyRef', 'secretKeyRef'].map((name): FieldRule => ({ at: [name, 'key'], check: text('dataKey') })),
  ...['configMap', 'configMapRef', 'configMapKeyRef', 'secretRef', 'secretKeyRef', 'scaleTargetRef', 'roleRef'].map(
    (name): FieldRule => ({ at: [name, 'name'], check: text(name === 'roleRef' ? 'pathSegment' : 'subdomain') }),
  ),
  ...['secretName', 'claimName', 'serviceAccountName', 'priorityClassName', 'ingressClassName', 'gatewayClassName', 'storageClassName'].map(
    (name): FieldRule => ({ at: [name], check: text('subdomain') }),
  ),
  { at: ['serviceName'], kinds: ['StatefulSet'], check: text('label') },
  { at: ['cidr'], check: validateCidr },
  { at: ['except', '*'], check: validateCidr },
  { at: ['schedule'], kinds: ['CronJob', 'ScheduledBackup'], check: schedule },
  { at: ['timeZone'], kinds: ['CronJob'], check: timeZone },
  { at: ['rules', '*', 'host'], kinds: ['Ingress'], check: text('hostName') },
  { at: ['tls', '*', 'hosts', '*'], check: text('hostName') },
  { at: ['hostnames', '*'], check: text('hostName') },
  { at: ['listeners', '*', 'hostname'], check: text('hostName') },
  { at: ['dnsNames', '*'], check: text('hostName') },
  { at: ['paths', '*', 'path'], kinds: ['Ingress'], check: routePath },
  { at: ['httpGet', 'path'], check: routePath },
  ...['maxUnavailable', 'minAvailable', 'maxSurge'].map((name): FieldRule => ({ at: [name], check: podCount })),
];

const byEnd = Map.groupBy(fieldRules, ({ at }) => at.at(-1) ?? '');

/** Checks one value against every rule for its path. Returns the errors. */
export function validateField(kind: string, path: readonly string[], value: unknown): string[] {
  const rules = [...(byEnd.get(path.at(-1) ?? '') ?? []), ...(byEnd.get('*') ?? [])];
  return rules
    .filter(({ at, kinds }) => (kinds?.includes(kind) ?? true) && endsWith(path, at))
    .flatMap(({ check }) => check(value, path, kind) ?? []);
}

const endsWith = (path: readonly string[], end: readonly string[]): boolean =>
  path.length >= end.length && end.every((key, position) => key === '*' || key === path[path.length - end.length + position]);
