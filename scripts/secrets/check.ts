import { isSecret, settingNames, settings } from '../../contract/settings.ts';
import { cutOffModel } from '../../manifests/constructs/endpoints.ts';
import { type NeededSecret, neededSecrets, requiredSecrets } from '../../manifests/constructs/required-secrets.ts';
import type { Environment } from '../../manifests/environments/environment.ts';
import { Failure } from '../cli/failure.ts';
import { isAnonymous, isStatus } from '../cluster/api-error.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { KubeObject, Ref } from '../cluster/objects.ts';
import { at, isRecord } from '../values/json.ts';
import { remediesOf } from './remedies.ts';

/** A problem with one secret; it never contains a value or a part of one. */
export interface SecretFinding {
  readonly name: string;
  readonly problem: 'missing' | 'empty' | 'malformed' | 'unreachable';
  /** Message of the schema of the setting, or the models that the network policies cut off; empty for `missing` and `empty`. */
  readonly detail: string;
  readonly remedy: string;
}
export interface SecretsReport {
  readonly needed: number;
  readonly findings: readonly SecretFinding[];
  /** Keys that nothing reads: misspelled or obsolete. */
  readonly unread: readonly string[];
}

/** The Secret of an environment. */
const secretRef = ({ names, namespace }: Environment): Ref => ({ apiVersion: 'v1', kind: 'Secret', name: names.secrets, namespace });

/** @throws {Failure} `rejected` if the account may not read it, such as the deployer */
export async function readSecret(cluster: Cluster, environment: Environment): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(secretRef(environment));
  } catch (error) {
    if (!isStatus(error, 403) || isAnonymous(error)) throw error;
    const { names, namespace } = environment;
    throw new Failure(
      'rejected',
      `this account may not read the Secret ${names.secrets}`,
      `use an account that may; the minimal role is: kubectl -n ${namespace} create role secrets-check --verb=get --resource=secrets --resource-name=${names.secrets}`,
      { cause: error },
    );
  }
}

/** Compares a Secret, undefined if it does not exist, with the secrets that the environment needs. */
export function checkSecrets(environment: Environment, secret: KubeObject | undefined): SecretsReport {
  const found = at(secret, 'data');
  const data = isRecord(found) ? found : {};
  const needed = neededSecrets(environment);
  const required = requiredSecrets(environment);
  const remedies = remediesOf(environment);
  const absent: SecretFinding = { name: environment.names.secrets, problem: 'missing', detail: '', remedy: remedies.absent };
  const wrong = needed.flatMap((each) => {
    const problem = problemOf(
      each,
      data[each.name],
      required.some(({ name }) => name === each.name),
      environment,
    );
    return problem ? [{ name: each.name, remedy: remedies.of(each.name), ...problem }] : [];
  });
  return {
    needed: required.length,
    findings: [...(secret === undefined ? [absent] : []), ...wrong],
    unread: Object.keys(data).filter((name) => !needed.some((each) => each.name === name)),
  };
}

type Problem = Pick<SecretFinding, 'problem' | 'detail'> & Partial<Pick<SecretFinding, 'remedy'>>;

function problemOf({ name }: NeededSecret, encoded: unknown, required: boolean, environment: Environment): Problem | undefined {
  if (typeof encoded !== 'string') return required ? { problem: 'missing', detail: '' } : undefined;
  const value = Buffer.from(encoded, 'base64').toString('utf8');
  if (value.trim() === '') return { problem: 'empty', detail: '' };
  const details = [
    ...(value === value.trim() ? [] : ['has white space at the start or the end, such as a line break']),
    ...schemaErrors(name, value),
  ];
  if (details.length > 0) return { problem: 'malformed', detail: details.join(', ') };
  return name === 'TEXT_MODELS' ? cutOffModels(environment, value) : undefined;
}

/** The models that the network policies cut off, by their position in the array. */
function cutOffModels(environment: Environment, value: string): Problem | undefined {
  const models = settings.TEXT_MODELS.schema.parse(value) ?? [];
  const reasons = models.flatMap(({ base_url: url }, index) => {
    const reason = url && cutOffModel(environment, url);
    return reason ? [`[${index}.base_url] ${reason}`] : [];
  });
  const remedy = `declare the endpoint in "models" of the environment ${environment.name}, then deploy`;
  return reasons.length > 0 ? { problem: 'unreachable', detail: reasons.join(', '), remedy } : undefined;
}

/** Errors of the schema in the contract; the service prints the same messages at startup, so they quote no value. */
function schemaErrors(name: string, value: string): string[] {
  const setting = settingNames.find((each) => each === name);
  if (setting === undefined || !isSecret(setting)) return [];
  const { error } = settings[setting].schema.safeParse(value);
  return [...new Set(error?.issues.map(({ message }) => message))];
}
