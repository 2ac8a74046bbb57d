import { endpointNames, endpointOf } from '../contract/endpoints/index.ts';
import { stageNames } from '../contract/product.ts';
import { redactUrls } from '../contract/redact.ts';
import { processRoles } from '../contract/roles.ts';
import { logLevelOfDebug, settingAliases } from '../contract/setting-aliases.ts';
import { isRequired, isSecret, type Setting, type SettingName, type Settings, settingNames, settings } from '../contract/settings.ts';
import { harmlessValues, unsupportedVariables } from '../contract/unsupported-variables.ts';
import { type Environment, withSecretFiles } from './secret-files.ts';

export type ParsedSettings = { readonly settings: Settings } | { readonly violations: readonly string[] };

/** An empty variable counts as not set: compose files and CI systems leave such variables. */
const textOf = (environment: Environment, name: SettingName) => environment[name]?.trim() || undefined;

const isSet = (environment: Environment, name: string) => Boolean(environment[name]?.trim());

/** The environment with the settings that it sets by other names. */
function withAliases(environment: Environment): Environment {
  const named = Object.entries(settingAliases)
    .filter(([alias, name]) => isSet(environment, alias) && !isSet(environment, name))
    .map(([alias, name]) => [name, environment[alias]] as const);
  const level = isSet(environment, 'LOG_LEVEL') ? undefined : logLevelOfDebug[environment.DEBUG?.trim().toLowerCase() ?? ''];
  return { ...environment, ...Object.fromEntries(named), ...(level === undefined ? {} : { LOG_LEVEL: level }) };
}

function remedy(name: SettingName): string {
  const setting = settings[name];
  return 'example' in setting ? `${setting.doc} Example: ${name}=${setting.example}` : setting.doc;
}

/** One line: the variable, what is wrong, what to do. Values of secrets are never printed. */
function violation(name: SettingName, text: string | undefined, problem: string): string {
  const value = text === undefined || isSecret(name) ? '' : ` (it is ${JSON.stringify(redactUrls(text))})`;
  return `${name}: ${problem}${value}. ${remedy(name)}`;
}

/** Required settings that are not set. Nothing is required if ENVIRONMENT is not set: on a laptop and in tests, defaults apply. */
function missing(environment: Environment): string[] {
  const stage = stageNames.find((name) => name === textOf(environment, 'ENVIRONMENT'));
  const role = processRoles.find((name) => name === textOf(environment, 'ROLE')) ?? 'all';
  if (stage === undefined) return [];
  return settingNames
    .filter((name) => {
      const { roles }: Setting = settings[name];
      return isRequired(name, stage) && roles.includes(role) && textOf(environment, name) === undefined;
    })
    .map((name) => violation(name, undefined, `must be set if ENVIRONMENT is ${stage}`));
}

const complete = (values: Partial<Record<SettingName, unknown>>): values is Settings => settingNames.every((name) => name in values);

/** Why WORKERS cannot be more than 1. */
function singleProcess({ WORKERS, ROLE, DATABASE_URL, REDIS_URL }: Settings): string[] {
  const reasons = [
    ...(ROLE === 'migrate' ? ['ROLE migrate is one process: remove WORKERS.'] : []),
    ...(ROLE !== 'migrate' && DATABASE_URL === undefined
      ? ['the embedded database serves one process: set DATABASE_URL, or WORKERS=1.']
      : []),
    ...(ROLE !== 'migrate' && REDIS_URL === undefined
      ? ['without Redis each process would count limits and cache for itself: set REDIS_URL, or WORKERS=1.']
      : []),
  ];
  return WORKERS === 1 ? [] : reasons.map((reason) => `WORKERS: ${WORKERS} processes are not possible: ${reason}`);
}

/** Endpoints of RATE_LIMIT_ENDPOINTS that have no limit. */
function unknownEndpoints({ RATE_LIMIT_ENDPOINTS }: Settings): string[] {
  const limited = endpointNames.filter((name) => endpointOf(name).rateLimit !== 'exempt');
  const unknown = Object.keys(RATE_LIMIT_ENDPOINTS ?? {}).filter((name) => !limited.some((endpoint) => endpoint === name));
  return unknown.map((name) => `RATE_LIMIT_ENDPOINTS: no endpoint with a limit is called ${name}. Choose from: ${limited.join(', ')}.`);
}

/** Parses every setting from an environment and the secret files that it names. Returns all violations if there are any. */
export function parseSettings(given: Environment): ParsedSettings {
  const values: Partial<Record<SettingName, unknown>> = {};
  const { environment, unread } = withSecretFiles(withAliases(given));
  const violations: string[] = [...unread, ...missing(environment)];
  for (const name of settingNames) {
    const text = textOf(environment, name);
    const parsed = settings[name].schema.safeParse(text);
    if (parsed.success) values[name] = parsed.data;
    else violations.push(violation(name, text, parsed.error.issues.map((issue) => issue.message).join('; ')));
  }
  if (!complete(values) || violations.length > 0) return { violations };
  const contradictions = [...singleProcess(values), ...unknownEndpoints(values)];
  return contradictions.length > 0 ? { violations: contradictions } : { settings: values };
}

/** A variable without effect, and what to do instead. */
interface IgnoredVariable {
  readonly variable: string;
  readonly remedy: string;
}

export function ignoredVariables(environment: Environment): readonly IgnoredVariable[] {
  const overridden = Object.entries(settingAliases)
    .filter(([, name]) => isSet(environment, name))
    .map(([alias, name]) => [alias, `${name} is set and has priority: remove one of the two`] as const);
  const unsupported = Object.entries(unsupportedVariables).filter(([variable]) => environment[variable] !== harmlessValues[variable]);
  const all = [...unsupported, ...overridden];
  return all.filter(([variable]) => isSet(environment, variable)).map(([variable, remedy]) => ({ variable, remedy }));
}
