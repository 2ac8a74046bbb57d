import type { k8s } from 'cdk8s-plus-28';
import type { ProcessRole } from '../../contract/roles.ts';
import type { SecretSettingName } from '../../contract/settings.ts';
import { localDatabase } from '../../contract/stores.ts';
import type { Environment } from '../environments/environment.ts';
import { poolerOf } from './network-peers.ts';

/** Whether the database's operator makes a secret itself, so that no human handles it. */
export const isMadeByOperator = ({ database }: Environment, name: SecretSettingName) =>
  name === 'DATABASE_URL' && database.kind === 'cloudnative-pg';

/** The Secret in which the operator keeps how its database is reached; the password has letters and digits only. */
const operatorSecret = ({ names }: Environment) => `${names.postgres}-app`;

/**
 * The variables through which a role gets a secret: from the Secret of the environment, or from the one that the database's operator
 * makes. That one leads to the primary; behind a pooler its password is put into the pooler's URL by the kubelet.
 */
export function secretVariables(environment: Environment, role: ProcessRole, name: SecretSettingName, required: boolean): k8s.EnvVar[] {
  const from = (secret: string, key: string) => ({ secretKeyRef: { name: secret, key, ...(required ? {} : { optional: true }) } });
  if (!isMadeByOperator(environment, name)) return [{ name, valueFrom: from(environment.names.secrets, name) }];
  const secret = operatorSecret(environment);
  // A migration holds locks and takes its time: it goes to the primary itself.
  if (role === 'migrate' || !poolerOf(environment)) return [{ name, valueFrom: from(secret, 'uri') }];
  const { names, ports } = environment;
  return [
    { name: 'DATABASE_PASSWORD', valueFrom: from(secret, 'password') },
    { name, value: `postgresql://${localDatabase.user}:$(DATABASE_PASSWORD)@${names.pooler}:${ports.postgres}/${localDatabase.database}` },
  ];
}
