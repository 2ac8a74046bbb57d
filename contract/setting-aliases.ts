import type { SettingName } from './settings.ts';

/** Names by which deployments of other services of this kind set a setting. The name of the setting itself has priority. */
export const settingAliases = {
  VERSION: 'API_VERSION',
  API_HOST: 'HOST',
  API_PORT: 'PORT',
  API_WORKERS: 'WORKERS',
} as const satisfies Record<string, SettingName>;

/** The level of the log that a value of DEBUG selects, unless LOG_LEVEL is set. Other values are patterns of the package debug. */
export const logLevelOfDebug: Readonly<Record<string, 'debug'>> = { true: 'debug', '1': 'debug' };
