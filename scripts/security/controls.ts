import { endpoints } from '../../contract/endpoints/index.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { objectsOfKind } from '../../manifests/kubernetes/workloads.ts';
import { type PolicyName, policies } from '../../manifests/policies/index.ts';
import { listAt, textAt } from '../values/json.ts';
import { exposedPort, plainHttp, unlimitedPaths } from './edge.ts';

/** What a control is checked on: the rendered objects of an environment. */
export interface Rendered {
  readonly environment: Environment;
  readonly objects: readonly KubernetesObject[];
}

/** A measure of protection. `item`: the number in the guide's checklist of ten, if it belongs to one. */
export interface Control {
  readonly name: string;
  /** 3: it alone stops an attack from outside; 2: it limits one; 1: it helps to notice or repair one. */
  readonly weight: 1 | 2 | 3;
  readonly item?: (typeof checklist)[number];
  /** Why it is not met; empty if it is. */
  readonly unmet: (rendered: Rendered) => readonly string[];
}

/** The checklist of ten of guide G2. */
export const checklist = [
  'SSL/TLS',
  'firewall',
  'external secrets',
  'updates',
  'monitoring',
  'encrypted backups',
  'audit logs',
  'rate limit',
  'strict CORS',
  'headers',
] as const;

const byPolicies =
  (...names: readonly PolicyName[]) =>
  ({ objects, environment }: Rendered) =>
    names.flatMap((name) => policies[name](objects, environment));
const unless = (isMet: boolean, why: string): readonly string[] => (isMet ? [] : [why]);
const settingsIn = (objects: readonly KubernetesObject[], name: string) =>
  objectsOfKind(objects, 'ConfigMap')
    .map((map) => textAt(map, 'data', name))
    .filter((value) => value !== undefined);

/** A control without a check is not in the table and does not change the score. */
export const controls: readonly Control[] = [
  {
    name: 'The edge serves TLS with a certificate of a cluster issuer or of the administrator, and HTTP only redirects',
    weight: 3,
    item: 'SSL/TLS',
    unmet: ({ objects }) => plainHttp(objects),
  },
  {
    name: 'Pods may open and accept declared connections only',
    weight: 3,
    item: 'firewall',
    unmet: byPolicies('defaultDeny', 'declaredConnections'),
  },
  {
    name: 'Secrets come from an external store',
    weight: 2,
    item: 'external secrets',
    unmet: ({ environment: { secrets } }) => unless(secrets.kind === 'external-secrets', 'an administrator creates the Secret by hand'),
  },
  { name: 'No manifest contains the value of a secret', weight: 3, item: 'external secrets', unmet: byPolicies('noSecretValues') },
  { name: 'Every image has a fixed version or digest', weight: 2, item: 'updates', unmet: byPolicies('pinnedImages') },
  {
    name: 'The API server rejects images that are not of the release',
    weight: 2,
    item: 'updates',
    unmet: ({ environment: { admission } }) => unless(admission === 'pinned-images', 'admission is not set'),
  },
  {
    name: 'Alerts are loaded and have receivers for every severity',
    weight: 2,
    item: 'monitoring',
    unmet: ({ objects, environment: { monitoring } }) => {
      const { critical, warning } = monitoring.notify;
      const rules = objectsOfKind(objects, 'PrometheusRule').length > 0 || settingsIn(objects, 'rules.yml').length > 0;
      return unless(rules && critical.length > 0 && warning.length > 0, 'no alert rules, or no receivers');
    },
  },
  {
    name: 'Backups leave the cluster encrypted',
    weight: 2,
    item: 'encrypted backups',
    unmet: ({ objects, environment: { database, config } }) => {
      if (database.kind === 'external') return ['the provider of the database takes its backups: not checked'];
      if (database.kind === 'stateful-set')
        return [
          ...unless(database.backups !== undefined && database.backups.recipient !== 'none', 'there are no encrypted backups'),
          ...unless(config.S3_BUCKET !== undefined, 'backups stay on a volume of the cluster: S3_BUCKET is not set'),
        ];
      const stores = objectsOfKind(objects, 'ObjectStore');
      const encrypted = stores.filter((store) =>
        ['data', 'wal'].every((part) => textAt(store, 'spec', 'configuration', part, 'encryption')),
      );
      return unless(stores.length > 0 && encrypted.length === stores.length, 'backups have no encrypted object store');
    },
  },
  {
    name: 'Changes of users and keys are in an audit log that only administrators read',
    weight: 1,
    item: 'audit logs',
    unmet: () => unless(endpoints.listAudit.permission === 'Admin', 'the audit log is readable without the permission Admin'),
  },
  {
    name: 'The edge limits the rate of every address',
    weight: 2,
    item: 'rate limit',
    unmet: ({ objects }) => unlimitedPaths(objects),
  },
  {
    name: 'Other origins may call only if they are listed, with https',
    weight: 2,
    item: 'strict CORS',
    unmet: ({ objects }) =>
      settingsIn(objects, 'CORS_ORIGINS')
        .flatMap((list) => list.split(','))
        .filter((origin) => origin.trim() !== '' && !/^https:\/\/[^*]+$/.test(origin.trim()))
        .map((origin) => `CORS_ORIGINS allows ${origin}`),
  },
  {
    name: 'The service answers under its own host names only',
    weight: 2,
    item: 'headers',
    unmet: ({ objects }) => {
      const hosts = settingsIn(objects, 'TRUSTED_HOSTS');
      return unless(hosts.length > 0 && !hosts.some((list) => list.includes('*')), 'TRUSTED_HOSTS is not set');
    },
  },
  {
    name: 'No container runs as root, writes its root file system, escalates privileges or keeps capabilities',
    weight: 3,
    unmet: byPolicies('podSecurity'),
  },
  { name: 'No pod uses the network, processes or files of its node', weight: 3, unmet: byPolicies('noHostAccess') },
  {
    name: 'The namespace enforces Pod Security "restricted"',
    weight: 2,
    unmet: ({ objects, environment }) => {
      const own = objectsOfKind(objects, 'Namespace').find(({ metadata }) => metadata.name === environment.namespace);
      return unless(own?.metadata.labels?.['pod-security.kubernetes.io/enforce'] === 'restricted', 'the namespace enforces no standard');
    },
  },
  {
    name: 'CPU and memory of every container are limited, within the quota of the namespace',
    weight: 1,
    unmet: byPolicies('resourceLimits', 'quotaFits'),
  },
  {
    name: 'The account that deploys reads no Secret',
    weight: 2,
    unmet: ({ objects, environment: { names } }) => {
      const roles = objectsOfKind(objects, 'Role', 'ClusterRole').filter(({ metadata }) => metadata.name === names.deployer);
      const reads = roles.filter((role) =>
        listAt(role, 'rules').some(
          (rule) =>
            ['secrets', '*'].some((resource) => listAt(rule, 'resources').includes(resource)) &&
            ['', '*'].some((group) => listAt(rule, 'apiGroups').includes(group)) &&
            ['get', 'list', 'watch', '*'].some((verb) => listAt(rule, 'verbs').includes(verb)),
        ),
      );
      return unless(roles.length > 0 && reads.length === 0, 'its Role reads Secrets');
    },
  },
  {
    name: 'Metrics are on a port that the edge does not serve',
    weight: 1,
    unmet: ({ objects }) => {
      const ports = settingsIn(objects, 'METRICS_PORT');
      return [
        ...unless(ports.length > 0, 'METRICS_PORT is not set'),
        ...[...ports, 'metrics'].flatMap((port) => exposedPort(objects, port)),
      ];
    },
  },
];
