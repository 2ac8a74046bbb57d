import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type ComponentName, type Connection, connections } from '../../service/contract/components.ts';
import { marks, names } from '../../service/contract/product.ts';
import type { ProcessRole } from '../../service/contract/roles.ts';
import { isSecret, type Setting, type SettingName, settingNames, settings } from '../../service/contract/settings.ts';
import type { Environment } from '../environments/environment.ts';

/** Settings that the pod itself gives, so that no environment can get them wrong. */
type PodSetting = 'ROLE' | 'ENVIRONMENT' | 'RELEASE_ID';
const podSettings: readonly SettingName[] = ['ROLE', 'ENVIRONMENT', 'RELEASE_ID'] satisfies readonly PodSetting[];

/** Roles with a workload of their own, named as its component. */
export type ClusterRole = Extract<ProcessRole, ComponentName>;

/**
 * The environment variables of a container of the role: the pod's own, configuration by `envFrom` (guide row K8-07),
 * each secret that the role reads by reference.
 * @throws when a required setting is missing, a secret stands in the configuration, or a setting names a peer that no connection
 *   leads to; names the construct's path
 */
export function wireSettings(
  scope: Construct,
  environment: Environment,
  role: ClusterRole,
  configMap: string,
  declared: readonly Connection[] = connections,
): Pick<k8s.Container, 'env' | 'envFrom'> {
  const violations = settingNames.flatMap((name) => violation(environment, role, name) ?? unreachable(role, name, declared) ?? []);
  if (violations.length > 0) throw new Error(`${scope.node.path}: ${violations.join('; ')}`);
  const secrets = settingNames.filter((name) => isSecret(name) && reads(name, role));
  return {
    envFrom: [{ configMapRef: { name: configMap } }],
    env: [
      { name: 'ROLE', value: role },
      { name: 'ENVIRONMENT', value: environment.name },
      { name: 'RELEASE_ID', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${marks.release}']` } } },
      ...secrets.map((name) => ({
        name,
        valueFrom: { secretKeyRef: { name: names.secrets, key: name, ...(isRequired(name, environment) ? {} : { optional: true }) } },
      })),
    ],
  };
}

const reads = (name: SettingName, role: ProcessRole) => (settings[name] satisfies Setting).roles.some((reader) => reader === role);
const isRequired = (name: SettingName, environment: Environment) =>
  (settings[name] satisfies Setting).requiredIn.some((required) => required === environment.name);

function violation(environment: Environment, role: ProcessRole, name: SettingName): string | undefined {
  const configured = Object.hasOwn(environment.config, name);
  if (isSecret(name)) {
    return configured
      ? `${name} is a secret in the contract and must not stand in the configuration of ${environment.name}; put it into the Secret ${names.secrets}`
      : undefined;
  }
  if (podSettings.includes(name))
    return configured ? `${name} is given by the pod; take it out of the configuration of ${environment.name}` : undefined;
  if (configured || !reads(name, role) || !isRequired(name, environment)) return undefined;
  return `role ${role} reads ${name}, which the contract requires in ${environment.name}, but the environment's configuration does not set it`;
}

/** A setting that says where a peer is, read by a component that the default-deny policy keeps from that peer. */
function unreachable(role: ClusterRole, name: SettingName, declared: readonly Connection[]): string | undefined {
  const peers = connections.filter((connection) => 'setting' in connection && connection.setting === name).map(({ to }) => to);
  const cutOff = peers.find((peer) => !declared.some(({ from, to }) => from === role && to === peer));
  return cutOff && reads(name, role)
    ? `role ${role} reads ${name}, but the contract declares no connection from ${role} to ${cutOff}: the default-deny policy would cut it off`
    : undefined;
}
