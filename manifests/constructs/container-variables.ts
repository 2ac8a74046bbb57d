import type { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { metadataKeys } from '../../contract/product.ts';
import type { ProcessRole } from '../../contract/roles.ts';
import { defaultText, isRequired, isSecret, type Setting, type SettingName, settingNames, settings } from '../../contract/settings.ts';
import type { ComponentName } from '../components/components.ts';
import { type Connection, connections } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { anyAddress } from './address-ranges.ts';
import { addConfigMap } from './config-map.ts';
import { cutOffCollector, cutOffModel } from './endpoints.ts';
import { isDeclared, secretVariables } from './secret-variables.ts';

/** Roles with a workload of their own; the component has the same name. */
export type DeployedRole = Extract<ProcessRole, ComponentName>;

/** Settings whose value comes from the pod or the image; environments must not set them. */
const given = {
  ROLE: 'the pod',
  ENVIRONMENT: 'the pod',
  RELEASE_ID: 'the pod',
  LEYENDA_DATA_DIR: 'the image',
  EXPORTS_DIR: 'the image',
} as const satisfies Partial<Record<SettingName, string>>;
const isGiven = (name: SettingName): name is keyof typeof given => name in given;

/**
 * Environment variables of a role's container: the pod's own, the configuration with `envFrom`, and a reference to each secret that the role
 * reads.
 * @throws with the construct's path if a required setting is missing, the configuration contains a secret, or no connection to the peer of
 *   a setting is declared
 */
export function containerVariables(
  scope: Construct,
  environment: Environment,
  role: DeployedRole,
  declared: readonly Connection[] = connections,
): Pick<k8s.Container, 'env' | 'envFrom'> {
  const violations = settingNames.flatMap(
    (name) => violation(environment, role, name) ?? unreachable(role, name, declared) ?? cutOffEndpoint(environment, role, name) ?? [],
  );
  if (violations.length > 0) throw new Error(`${scope.node.path}: ${violations.join('; ')}`);
  const secrets = settingNames.filter(isSecret).filter((name) => reads(name, role) && isDeclared(environment, name));
  return {
    // One ConfigMap per role: a change rolls only the pods that read it.
    envFrom: [{ configMapRef: { name: addConfigMap(scope, environment, role, configurationOf(environment, role)) } }],
    env: [
      { name: 'ROLE', value: role },
      { name: 'ENVIRONMENT', value: environment.stage },
      { name: 'RELEASE_ID', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${metadataKeys.release}']` } } },
      ...secrets.flatMap((name) => secretVariables(environment, role, name, isRequired(name, environment.stage))),
    ],
  };
}

/**
 * Configuration of a role: the value of each setting that it reads, from the environment or the contract's default. Settings without a value
 * stay unset.
 */
export function configurationOf(environment: Environment, role: ProcessRole): Readonly<Record<string, string>> {
  const { config } = environment;
  return Object.fromEntries(
    settingNames
      .filter((name) => reads(name, role) && !isSecret(name) && !isGiven(name))
      .map(
        (name) => [name, Object.entries(config).find(([configured]) => configured === name)?.[1] ?? defaultOf(environment, name)] as const,
      )
      .filter(([, value]) => value !== ''),
  );
}

/** The address to listen on depends on the cluster; everything else on the contract. */
const defaultOf = (environment: Environment, name: SettingName) => (name === 'HOST' ? anyAddress(environment) : defaultText(name));

/** Whether a process of the role reads a setting. */
export const reads = (name: SettingName, role: ProcessRole) => (settings[name] satisfies Setting).roles.some((reader) => reader === role);

function violation(environment: Environment, role: ProcessRole, name: SettingName): string | undefined {
  const configured = Object.hasOwn(environment.config, name);
  if (isSecret(name)) {
    return configured
      ? `${name} is a secret in the contract and must not be in the configuration of ${environment.name}: move it to the Secret ${environment.names.secrets}`
      : undefined;
  }
  if (isGiven(name))
    return configured ? `${name} is set by ${given[name]}: remove it from the configuration of ${environment.name}` : undefined;
  if (name === 'HOST' && configured && environment.config.HOST !== anyAddress(environment) && anyAddress(environment) === '::')
    return `HOST (${environment.config.HOST}) does not accept the IPv6 connections of "cluster.ipFamilies": remove it, which listens on ::`;
  if (configured || !reads(name, role) || !isRequired(name, environment.stage)) return undefined;
  return `role ${role} reads ${name}, which the contract requires in ${environment.stage}, but the configuration of ${environment.name} does not set it`;
}

/** A setting with the address of a peer, read by a component that the default-deny policy blocks from that peer. */
function unreachable(role: DeployedRole, name: SettingName, declared: readonly Connection[]): string | undefined {
  const peers = connections.filter((connection) => 'setting' in connection && connection.setting === name).map(({ to }) => to);
  const [cutOff] = declared.some(({ from, to }) => from === role && peers.some((peer) => peer === to)) ? [] : peers;
  return cutOff && reads(name, role)
    ? `role ${role} reads ${name}, but the contract declares no connection from ${role} to ${cutOff}: the default-deny policy would block it`
    : undefined;
}

/** Settings with the URL of a server, why the network policies cut it off, and the field that declares it. */
const endpointSettings = {
  // `leyenda secrets check` checks those in TEXT_MODELS, a secret.
  OPENAI_BASE_URL: { server: 'text model', field: 'models', cutOff: cutOffModel },
  OTEL_EXPORTER_OTLP_ENDPOINT: { server: 'collector', field: 'traces', cutOff: cutOffCollector },
} as const satisfies Partial<Record<SettingName, object>>;
const isEndpoint = (name: SettingName): name is keyof typeof endpointSettings => name in endpointSettings;

/** A server in the configuration that the network policies cut off. */
function cutOffEndpoint(environment: Environment, role: DeployedRole, name: SettingName): string | undefined {
  if (!isEndpoint(name) || !reads(name, role)) return undefined;
  const { server, field, cutOff } = endpointSettings[name];
  const url = environment.config[name];
  const reason = url && cutOff(environment, url);
  return reason && `the ${server} of ${name} (${url}) ${reason}: declare it in "${field}" of the environment ${environment.name}`;
}
