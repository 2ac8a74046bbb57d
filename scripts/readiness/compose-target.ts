import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../cli/context.ts';
import { containersOf, unhealthyReason } from '../compose/containers.ts';
import { dockerCompose } from '../compose/docker.ts';
import { type ComposeTarget, composeTarget } from '../compose/target.ts';
import { isRecord, parseJson } from '../values/json.ts';
import { type Checks, failed, NotCheckable, type PostflightItem, type PreflightItem } from './checklist.ts';
import { postflightOf, preflightOf, type UrlTarget } from './url-target.ts';

/** An environment of Docker Compose in a folder; the service is requested through its proxy. */
export interface ComposeOptions extends Omit<UrlTarget, 'baseUrl' | 'host'> {
  readonly environment: ComposeTarget['environment'];
  readonly folder: string;
  readonly env: Context['env'];
}

const maximumBackupHours = 26;

/** The newest file of the folder `backups`. */
function newestBackup(folder: string): string {
  const backups = join(folder, 'backups');
  const files = readFolder(backups).map((name) => ({ name, time: statSync(join(backups, name)).mtimeMs }));
  const newest = files.toSorted((a, b) => b.time - a.time)[0];
  if (newest === undefined) throw failed(`there is no backup in ${backups}`, 'take one: docs/backup.md');
  const hours = (Date.now() - newest.time) / 3_600_000;
  if (hours > maximumBackupHours)
    throw failed(`the newest backup, ${newest.name}, is ${Math.round(hours)} hours old`, 'schedule them: docs/backup.md');
  return `${newest.name} is ${hours.toFixed(1)} hours old`;
}
function readFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @throws {Failure} `usage` if a file is missing */
function targetOf({ environment, folder, env, signal, ...rest }: ComposeOptions) {
  const compose = composeTarget({ environment, version: 'pinned', folder });
  const url: UrlTarget = { ...rest, signal, baseUrl: compose.url, host: compose.host };
  return { compose, url, docker: dockerCompose(compose, env, signal) };
}

export function composePreflight(options: ComposeOptions): Checks<PreflightItem> {
  const { compose, url, docker } = targetOf(options);
  const ofService = preflightOf(url);
  const running = async () => containersOf(await docker.run(['ps', '--all', '--format', 'json']));
  /** Before the first deploy there is no service to request. */
  const ifRunning = (check: () => Promise<string>) => async () => {
    if ((await running()).length === 0) throw new NotCheckable(`nothing runs yet: leyenda compose deploy ${compose.environment} checks it`);
    return check();
  };
  return {
    ...ofService,
    variables: async () => {
      await docker.run(['config', '--quiet']);
      return `${compose.composeFile} and ${compose.envFile} are complete; image ${compose.image}`;
    },
    certificate: ifRunning(ofService.certificate),
    keys: ifRunning(ofService.keys),
    database: ifRunning(ofService.database),
    backups: ifRunning(async () => newestBackup(compose.folder)),
  };
}

export function composePostflight(options: ComposeOptions): Checks<PostflightItem> {
  const { url, docker } = targetOf(options);
  const ofService = postflightOf(url);
  return {
    ...ofService,
    health: async () => {
      const wrong = containersOf(await docker.run(['ps', '--all', '--format', 'json'])).flatMap((each) => {
        const reason = unhealthyReason(each);
        return reason === undefined ? [] : [`${each.service} ${reason}`];
      });
      if (wrong.length > 0) throw failed(wrong.join('; '), `${docker.line(['logs'])}`);
      return ofService.health();
    },
    logs: async () => {
      const text = await docker.run(['logs', '--no-log-prefix', '--no-color', '--tail', '20', 'api']);
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      const wrong = lines.filter((line) => !isRecord(parseJson(line)));
      if (lines.length === 0 || wrong.length > 0)
        throw failed(`${wrong.length} of ${lines.length} lines of the log are not JSON`, 'docs/observability.md#logs');
      return `the last ${lines.length} lines of api are JSON`;
    },
  };
}
