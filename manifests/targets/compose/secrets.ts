import type { MonitoringSecretName } from '../../../contract/monitoring.ts';
import { fileVariable, isSecret, type SecretSettingName, settingNames } from '../../../contract/settings.ts';
import type { StoreSecretName } from '../../../contract/stores.ts';
import type { DeployedRole } from '../../constructs/container-variables.ts';
import { reads } from '../../constructs/container-variables.ts';

/** The secrets of the service, of the monitoring stack and of the proxy. */
export type SecretName =
  | SecretSettingName
  | Extract<StoreSecretName, 'POSTGRES_PASSWORD'>
  | MonitoringSecretName
  | 'TLS_CERTIFICATE'
  | 'TLS_KEY';

/** Where Docker mounts secrets. */
export const secretsFolder = '/run/secrets';
export const secretPath = (name: SecretName) => `${secretsFolder}/${name}`;

/** The secrets that a role reads. */
export const secretsOf = (role: DeployedRole): readonly SecretSettingName[] =>
  settingNames.filter(isSecret).filter((name) => reads(name, role));

/** Variables with the paths of a role's secret files. The values are in no variable, so `docker inspect` does not show them. */
export const secretVariables = (role: DeployedRole): Readonly<Record<string, string>> =>
  Object.fromEntries(secretsOf(role).map((name) => [fileVariable(name), secretPath(name)]));
