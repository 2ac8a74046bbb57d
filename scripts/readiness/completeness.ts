import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../cli/context.ts';
import { becomesHealthy, dockerProgram, hardened, inspectImage, type RunDocker } from '../compose/check-image.ts';
import { deployWithCompose } from '../compose/deploy.ts';
import type { ComposeTarget } from '../compose/target.ts';
import { validate } from '../validate/checks.ts';
import { type Check, type Checks, checkSeconds, failed, type ItemResult, NotCheckable, runChecklist } from './checklist.ts';
import { logDetail, withoutText } from './log.ts';

/** What is complete before the first deploy to a host. */
export const completenessItems = {
  image: 'image',
  user: 'user',
  log: 'log',
  healthcheck: 'health check',
  workflows: 'workflows',
  plan: 'dry run',
  validation: 'validation',
} as const;
type CompletenessItem = keyof typeof completenessItems;

/** Makes every check with the image in a container of its own, which it removes. */
export async function checkCompleteness(
  target: ComposeTarget,
  context: Pick<CommandContext, 'out' | 'signal' | 'env' | 'loadWorkflows'>,
): Promise<readonly ItemResult<CompletenessItem>[]> {
  const docker = dockerProgram(context);
  const publish = '--publish=127.0.0.1::8080';
  const container = once(async () => (await docker('run', '--detach', ...hardened, publish, '--health-interval=1s', target.image)).trim());
  try {
    return await runChecklist(completenessItems, checksOf(target, context, docker, container), context.signal);
  } finally {
    const id = container.isCalled() ? await container().catch(() => undefined) : undefined;
    if (id !== undefined) await docker('rm', '--force', '--volumes', id);
  }
}

/** Calls the function at most once. */
function once<T>(make: () => Promise<T>): { (): Promise<T>; readonly isCalled: () => boolean } {
  let made: Promise<T> | undefined;
  const get = () => {
    made ??= make();
    return made;
  };
  return Object.assign(get, { isCalled: () => made !== undefined });
}

function checksOf(
  target: ComposeTarget,
  context: Pick<CommandContext, 'out' | 'signal' | 'env' | 'loadWorkflows'>,
  docker: RunDocker,
  container: () => Promise<string>,
): Checks<CompletenessItem> {
  const settled = once(async () => becomesHealthy(docker, await container()));
  const healthy = async () => {
    const { passed, detail } = await settled();
    if (!passed) throw failed(`the container is ${detail}`, `docker run ${target.image} shows its log`);
    return detail;
  };
  const inspected = async (name: string, remedy: string) => {
    const found = (await inspectImage(docker, target.image)).find(({ check }) => check === name);
    if (found === undefined || !found.passed) throw failed(`${found?.detail}`, remedy);
    return found.detail;
  };
  /** What runs the image does not fail for its absence, which is an item of its own. */
  const withImage = (check: Check): Check => {
    return async () => {
      const present = await docker('image', 'inspect', '--format={{.Id}}', target.image).catch(() => undefined);
      if (present === undefined) throw new NotCheckable('there is no image');
      return check();
    };
  };
  return {
    image: async () => {
      await docker('image', 'inspect', '--format={{.Id}}', target.image);
      return `${target.image} is on this host`;
    },
    user: withImage(() => inspected('runs without root', 'add USER to the Dockerfile')),
    log: withImage(async () => {
      await settled();
      return logDetail(withoutText(await docker('logs', await container())), target.image);
    }),
    healthcheck: withImage(async () => `${await inspected('checks its health', 'add HEALTHCHECK to the Dockerfile')}: ${await healthy()}`),
    workflows: () => workflowsDetail(context, target.folder),
    plan: async () => `${(await deployWithCompose(target, { ...context, dryRun: true })).length} steps: leyenda compose deploy --dry-run`,
    validation: withImage(async () => {
      await settled();
      const id = await container();
      return validated(await docker('port', id, '8080/tcp'), await docker('logs', id), context.signal);
    }),
  };
}

/** @param published addresses of the port, one a line @param log with the API key of the first administrator */
async function validated(published: string, log: string, signal: AbortSignal): Promise<string> {
  const baseUrl = `http://${published.trim().split('\n')[0]}`;
  const credential = /API key +(\S+)/.exec(log)?.[1];
  const results = await validate({ baseUrl, credential, timeoutSeconds: checkSeconds, signal });
  const wrong = results.filter(({ passed }) => !passed).map(({ check, detail }) => `${check}: ${detail}`);
  if (wrong.length > 0) throw failed(wrong.join('; '), 'docs/troubleshooting.md');
  return results.map(({ check }) => check).join(', ');
}

/** The checks of `leyenda workflows`, of the committed files. */
async function workflowsDetail({ loadWorkflows }: Pick<CommandContext, 'loadWorkflows'>, folder: string): Promise<string> {
  if (!existsSync(join(folder, '.github/workflows'))) throw new NotCheckable('this folder has no workflows: run it in a checkout');
  const { checkWorkflows } = await loadWorkflows();
  const reports = await checkWorkflows(folder);
  const [first, ...others] = reports.flatMap(({ findings }) => findings);
  if (first !== undefined) throw failed(`${first.file}:${first.line}: ${first.text}, and ${others.length} more`, 'leyenda workflows');
  return reports.map(({ checker, skipped }) => (skipped === undefined ? checker : `${checker} skipped, ${skipped}`)).join('; ');
}
