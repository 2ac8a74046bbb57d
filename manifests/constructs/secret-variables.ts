import type { k8s } from 'cdk8s-plus-28';
import type { ProcessRole } from '../../contract/roles.ts';
import type { SecretSettingName } from '../../contract/settings.ts';
import { type Environment, hasReplica } from '../environments/environment.ts';
import { databaseNames } from './local-database.ts';
import { poolerOf } from './locations.ts';

/** Whether CloudNativePG creates the secret, so that no person handles it. */
export const isMadeByOperator = (environment: Environment, name: SecretSettingName) =>
  environment.database.kind === 'cloudnative-pg' &&
  (name === 'DATABASE_URL' || (name === 'DATABASE_REPLICA_URL' && hasReplica(environment)));

/** Whether the environment declares what the secret is for; otherwise no role gets it, because its connection would be denied. */
export const isDeclared = ({ errorReports }: Environment, name: SecretSettingName) => name !== 'SENTRY_DSN' || errorReports !== undefined;

/** The Secret of CloudNativePG with the connection URI and the password (letters and digits only). */
const operatorSecret = ({ names }: Environment) => `${names.postgres}-app`;

/**
 * Variables with a secret for a role: from the environment's Secret, or from the one that CloudNativePG creates. The latter's URI is that of
 * the primary; the kubelet inserts the password into the URL of the pooler, and into that of the Service of the replicas.
 */
export function secretVariables(environment: Environment, role: ProcessRole, name: SecretSettingName, required: boolean): k8s.EnvVar[] {
  const from = (secret: string, key: string) => ({ secretKeyRef: { name: secret, key, ...(required ? {} : { optional: true }) } });
  if (!isMadeByOperator(environment, name)) return [{ name, valueFrom: from(environment.names.secrets, name) }];
  const secret = operatorSecret(environment);
  const password = { name: 'DATABASE_PASSWORD', valueFrom: { secretKeyRef: { name: secret, key: 'password' } } };
  const { user, database } = databaseNames(environment);
  const urlOf = (host: string) => `postgresql://${user}:$(DATABASE_PASSWORD)@${host}:${environment.ports.postgres}/${database}`;
  // The variables of DATABASE_URL come first, and have the password if there is a pooler.
  if (name === 'DATABASE_REPLICA_URL')
    return [...(poolerOf(environment) ? [] : [password]), { name, value: urlOf(`${environment.names.postgres}-ro`) }];
  // A migration holds session locks and runs for long: it connects to the primary directly.
  if (role === 'migrate' || !poolerOf(environment)) return [{ name, valueFrom: from(secret, 'uri') }];
  return [password, { name, value: urlOf(environment.names.pooler) }];
}
