import type { k8s } from 'cdk8s-plus-28';
import type { ProcessRole } from '../../contract/roles.ts';
import type { SecretSettingName } from '../../contract/settings.ts';
import type { Environment } from '../environments/environment.ts';
import { localDatabase } from './local-database.ts';
import { poolerOf } from './locations.ts';

/** Whether CloudNativePG creates the secret, so that no person handles it. */
export const isMadeByOperator = ({ database }: Environment, name: SecretSettingName) =>
  name === 'DATABASE_URL' && database.kind === 'cloudnative-pg';

/** The Secret of CloudNativePG with the connection URI and the password (letters and digits only). */
const operatorSecret = ({ names }: Environment) => `${names.postgres}-app`;

/**
 * Variables with a secret for a role: from the environment's Secret, or from the one that CloudNativePG creates. The latter's URI is that of
 * the primary; with a pooler the kubelet inserts the password into the pooler's URL.
 */
export function secretVariables(environment: Environment, role: ProcessRole, name: SecretSettingName, required: boolean): k8s.EnvVar[] {
  const from = (secret: string, key: string) => ({ secretKeyRef: { name: secret, key, ...(required ? {} : { optional: true }) } });
  if (!isMadeByOperator(environment, name)) return [{ name, valueFrom: from(environment.names.secrets, name) }];
  const secret = operatorSecret(environment);
  // A migration holds session locks and runs for long: it connects to the primary directly.
  if (role === 'migrate' || !poolerOf(environment)) return [{ name, valueFrom: from(secret, 'uri') }];
  const { names, ports } = environment;
  return [
    { name: 'DATABASE_PASSWORD', valueFrom: from(secret, 'password') },
    { name, value: `postgresql://${localDatabase.user}:$(DATABASE_PASSWORD)@${names.pooler}:${ports.postgres}/${localDatabase.database}` },
  ];
}
