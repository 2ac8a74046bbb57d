import { fileVariable, isSecret, type SecretSettingName, settingNames } from '../../../contract/settings.ts';
import type { StoreSecretName } from '../../../contract/stores.ts';
import type { DeployedRole } from '../../constructs/container-variables.ts';
import { reads } from '../../constructs/container-variables.ts';

/** Besides those of the service: Grafana's, and what only the targets for Docker have, the proxy's certificate. */
export type SecretName =
  | SecretSettingName
  | Extract<StoreSecretName, 'POSTGRES_PASSWORD'>
  | 'GF_SECURITY_ADMIN_PASSWORD'
  | 'TLS_CERTIFICATE'
  | 'TLS_KEY';

/** Where Docker mounts a secret. */
export const secretPath = (name: SecretName) => `/run/secrets/${name}`;

/** The secrets that a role reads. */
export const secretsOf = (role: DeployedRole): readonly SecretSettingName[] =>
  settingNames.filter(isSecret).filter((name) => reads(name, role));

/** Variables that tell a role where its secrets are; the values are in no environment, so `docker inspect` shows none. */
export const secretVariables = (role: DeployedRole): Readonly<Record<string, string>> =>
  Object.fromEntries(secretsOf(role).map((name) => [fileVariable(name), secretPath(name)]));
