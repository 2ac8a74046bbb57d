import { maximumBackupHours } from '../../contract/backup.ts';
import { timeOfSet } from '../../service/backup/set-id.ts';
import { openSets } from '../../service/backup/set-store.ts';
import { asUsage } from '../backup/set-up.ts';
import type { Context } from '../cli/context.ts';
import { composeVariables } from '../compose/backup-target.ts';
import { containersOf, unhealthyReason } from '../compose/containers.ts';
import { dockerCompose } from '../compose/docker.ts';
import { type ComposeTarget, composeTarget } from '../compose/target.ts';
import { type Checks, failed, NotCheckable, type PostflightItem, type PreflightItem } from './checklist.ts';
import { composeGrafanaPassword } from './dashboards.ts';
import { loadReportDetail } from './load-report.ts';
import { logDetail } from './log.ts';
import { postflightOf, preflightOf, type UrlTarget } from './url-target.ts';

/** An environment of Docker Compose in a folder; the service is requested through its proxy. */
export interface ComposeOptions extends Omit<UrlTarget, 'baseUrl' | 'host'> {
  readonly environment: ComposeTarget['environment'];
  readonly folder: string;
  readonly env: Context['env'];
}

/** The newest complete set of `leyenda backup`, in the folder that it writes to. */
async function newestBackup(target: ComposeTarget, env: Context['env']): Promise<string> {
  const { local } = asUsage(() => openSets(composeVariables(target, env), target.environment));
  const sets = (await local.list()).filter(({ isComplete }) => isComplete).map(({ id }) => id);
  const newest = sets.sort().at(-1) ?? '';
  const time = timeOfSet(newest);
  if (time === undefined) throw failed(`there is no complete set in ${local.pathOf('')}`, `leyenda backup ${target.environment}`);
  const hours = (Date.now() - time.getTime()) / 3_600_000;
  if (hours > maximumBackupHours)
    throw failed(`the newest set, ${newest}, is ${Math.round(hours)} hours old`, 'schedule them: docs/backup.md');
  return `set ${newest} is complete and ${hours.toFixed(1)} hours old`;
}

/** @throws {Failure} `usage` if a file is missing */
function targetOf({ environment, folder, env, signal, ...rest }: ComposeOptions) {
  const compose = composeTarget({ environment, version: 'pinned', folder });
  const grafanaPassword = rest.grafana === undefined ? undefined : composeGrafanaPassword(folder, rest.grafana);
  const url: UrlTarget = { ...rest, signal, grafanaPassword, baseUrl: compose.url, host: compose.host };
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
    backups: ifRunning(() => newestBackup(compose, options.env)),
    load: async () => loadReportDetail(url.loadReport, [compose.environment, compose.url, `https://${compose.host}`]),
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
      return logDetail(text, 'api');
    },
  };
}
