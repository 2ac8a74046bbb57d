import { workloadRoles } from '../../contract/roles.ts';
import { isSecret, type Setting, settingNames, settings } from '../../contract/settings.ts';
import { type StoreSecretName, storeSecrets } from '../../contract/stores.ts';
import type { Environment, SecretName, Secrets } from '../environments/environment.ts';
import { isMadeByOperator } from './secret-variables.ts';

/** A key that the Secret `names.secrets` of an environment may hold. */
export interface NeededSecret {
  readonly name: SecretName;
  /** Without it something does not start. */
  readonly required: boolean;
  /** Components that read it. */
  readonly readers: readonly string[];
  readonly doc: string;
}

/** Every secret that something in an environment reads from `names.secrets`: the one list of what must exist. */
export function neededSecrets(environment: Environment): readonly NeededSecret[] {
  const roles = [...workloadRoles.filter((role) => environment.workloads[role]), 'migrate'] as const;
  const ofService = settingNames.filter(isSecret).map((name) => {
    const setting: Setting = settings[name];
    const readers = roles.filter((role) => setting.roles.some((reader) => reader === role));
    return { name, required: setting.requiredIn.some((stage) => stage === environment.stage), readers, doc: setting.doc };
  });
  const given = ofService.filter(({ name, readers }) => readers.length > 0 && !isMadeByOperator(environment, name));
  return [...given, ...ofStores(environment)];
}

function ofStores({ database }: Environment): NeededSecret[] {
  const needed = (name: StoreSecretName, readers: readonly string[]) => ({ name, required: true, readers, doc: storeSecrets[name] });
  if (database.kind === 'stateful-set') return [needed('POSTGRES_PASSWORD', ['postgres', ...(database.backups ? ['backup'] : [])])];
  if (database.kind === 'external' || !database.backups) return [];
  return (['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'] as const).map((name) => needed(name, ['postgres']));
}

/** What the Secret of an environment has to hold: what is required, and what the environment says it holds besides. */
export function requiredSecrets(environment: Environment): readonly NeededSecret[] {
  const held = heldSecrets(environment.secrets);
  return neededSecrets(environment).filter(({ name, required }) => required || held.includes(name));
}

/** What an environment itself says that its Secret holds. */
function heldSecrets(secrets: Secrets): readonly string[] {
  switch (secrets.kind) {
    case 'by-hand':
      return [];
    case 'external-secrets':
      return secrets.also;
    case 'sealed-secrets':
      return Object.keys(secrets.values);
  }
}

/**
 * The mistakes in what an environment says of its secrets: one that nobody reads, or a required one that is not sealed.
 * Each names both sides.
 */
export function validateSecrets(environment: Environment): string[] {
  const { name: where, stage, secrets } = environment;
  const needed = neededSecrets(environment);
  const held = heldSecrets(secrets);
  const lacking = secrets.kind === 'sealed-secrets' ? needed.filter(({ name, required }) => required && !held.includes(name)) : [];
  return [
    ...held
      .filter((name) => !needed.some((each) => each.name === name))
      .map((name) => `the ${secrets.kind} of ${where} hold ${name}, but nothing that runs there reads it`),
    ...lacking.map(
      ({ name, readers }) =>
        `the ${secrets.kind} of ${where} lack ${name}, which the contract requires in ${stage} and ${readers.join(', ')} read; seal it with kubeseal --raw`,
    ),
  ];
}
