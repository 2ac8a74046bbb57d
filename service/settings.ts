import { stageNames } from '../contract/product.ts';
import { processRoles } from '../contract/roles.ts';
import { isRequired, isSecret, type Setting, type SettingName, type Settings, settingNames, settings } from '../contract/settings.ts';
import { type Environment, withSecretFiles } from './secret-files.ts';

export type ParsedSettings = { readonly settings: Settings } | { readonly violations: readonly string[] };

/** A variable that is set but empty counts as not set, as compose files and CI leave it. */
const textOf = (environment: Environment, name: SettingName) => environment[name]?.trim() || undefined;

function remedy(name: SettingName): string {
  const setting = settings[name];
  return 'example' in setting ? `${setting.doc} Example: ${name}=${setting.example}` : setting.doc;
}

/** One line: the variable, what is wrong, what to do. The value itself is told only where it is no secret. */
function violation(name: SettingName, text: string | undefined, wrong: string): string {
  const told = text === undefined || isSecret(name) ? '' : ` (it is ${JSON.stringify(text)})`;
  return `${name}: ${wrong}${told}. ${remedy(name)}`;
}

/**
 * Settings that this process needs where it runs and that are not set. ENVIRONMENT that is not set means a laptop or
 * a test, where each setting has an embedded default.
 */
function missing(environment: Environment): string[] {
  const where = stageNames.find((name) => name === textOf(environment, 'ENVIRONMENT'));
  const role = processRoles.find((name) => name === textOf(environment, 'ROLE')) ?? 'all';
  if (where === undefined) return [];
  return settingNames
    .filter((name) => {
      const { roles }: Setting = settings[name];
      return isRequired(name, where) && roles.includes(role) && textOf(environment, name) === undefined;
    })
    .map((name) => violation(name, undefined, `must be set where ENVIRONMENT is ${where}`));
}

const complete = (values: Partial<Record<SettingName, unknown>>): values is Settings => settingNames.every((name) => name in values);

/**
 * Reads every setting of the contract out of an environment and the files that it names; either all of them are right or every
 * violation is listed.
 */
export function parseSettings(given: Environment): ParsedSettings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const { environment, unread } = withSecretFiles(given);
  const violations: string[] = [...unread, ...missing(environment)];
  for (const name of settingNames) {
    const text = textOf(environment, name);
    const parsed = settings[name].schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else violations.push(violation(name, text, parsed.error.issues.map((issue) => issue.message).join('; ')));
  }
  return complete(values) && violations.length === 0 ? { settings: values } : { violations };
}
