import { workloadRoles } from '../../contract/roles.ts';
import { isRequired, isSecret, type Setting, settingNames, settings } from '../../contract/settings.ts';
import { type StoreSecretName, storeSecrets } from '../../contract/stores.ts';
import type { Environment, SecretName, Secrets } from '../environments/environment.ts';
import { isDeclared, isMadeByOperator } from './secret-variables.ts';

/** A key that the Secret `names.secrets` of an environment may hold. */
export interface NeededSecret {
  readonly name: SecretName;
  /** Its readers do not start without it. */
  readonly required: boolean;
  readonly readers: readonly string[];
  readonly doc: string;
}

/** All secrets that components of an environment read from the Secret `names.secrets`. */
export function neededSecrets(environment: Environment): readonly NeededSecret[] {
  const roles = [...workloadRoles.filter((role) => environment.workloads[role]), 'migrate'] as const;
  const ofService = settingNames.filter(isSecret).map((name) => {
    const setting: Setting = settings[name];
    const readers = roles.filter((role) => setting.roles.some((reader) => reader === role));
    return { name, required: isRequired(name, environment.stage), readers, doc: setting.doc };
  });
  const given = ofService.filter(
    ({ name, readers }) => readers.length > 0 && isDeclared(environment, name) && !isMadeByOperator(environment, name),
  );
  return [...given, ...ofStores(environment)];
}

function ofStores({ database }: Environment): NeededSecret[] {
  const needed = (name: StoreSecretName, readers: readonly string[]) => ({ name, required: true, readers, doc: storeSecrets[name] });
  if (database.kind === 'stateful-set') return [needed('POSTGRES_PASSWORD', ['postgres', ...(database.backups ? ['backup'] : [])])];
  if (database.kind === 'external' || !database.backups) return [];
  return (['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'] as const).map((name) => needed(name, ['postgres']));
}

/** The keys of an environment's Secret: required ones, and optional ones that the environment lists. */
export function requiredSecrets(environment: Environment): readonly NeededSecret[] {
  const held = optionalSecrets(environment.secrets);
  return neededSecrets(environment).filter(({ name, required }) => required || held.includes(name));
}

const optionalSecrets = (secrets: Secrets): readonly SecretName[] => (secrets.kind === 'external-secrets' ? secrets.also : []);

/** The secrets that an environment lists although no component of it reads them. */
export function validateSecrets(environment: Environment): string[] {
  const { name: where, secrets } = environment;
  const needed = neededSecrets(environment);
  return optionalSecrets(secrets)
    .filter((name) => !needed.some((each) => each.name === name))
    .map((name) => `the ${secrets.kind} of ${where} hold ${name}, but no component of the environment reads it`);
}
