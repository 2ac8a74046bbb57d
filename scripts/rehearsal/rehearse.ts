import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Workflow } from '../../.github/src/layer/workflow.ts';
import { workflows } from '../../.github/src/workflows/index.ts';
import { registryHost } from '../../contract/product.ts';
import type { Context, Rehearsal, RehearsalOptions } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { startFakeGitHub, token } from '../github/testing/fake-github.ts';
import { jobsOf } from './called-jobs.ts';
import { clusterVariables, deployerToken, preparePlatform } from './platform.ts';
import { assertPrograms, run } from './programs.ts';
import { differences, replacedActions, replacedPrograms } from './replaced.ts';
import { createCommit, repository } from './repository.ts';
import { runAct } from './run-act.ts';
import { startTokenService } from './token-service.ts';
import { stepsFolder, writeShims } from './write-shims.ts';

const programsFolder = join(import.meta.dirname, 'programs');

/** Runs a workflow of this repository with act, on HEAD, against a local registry, a fake GitHub and the cluster of KUBECONFIG. */
export async function rehearse(
  { workflow, registry, freshFork, badCommit, without }: RehearsalOptions,
  { out, signal, env }: Context,
): Promise<Rehearsal> {
  const rehearsed = workflows.find(({ file }) => file === `${workflow}.yml`);
  if (rehearsed === undefined) throw new Failure('usage', `there is no workflow ${workflow}`, 'see .github/workflows');
  const named = jobsOf(rehearsed, workflows);
  await assertPrograms(env);
  const state = await mkdtemp(join(tmpdir(), 'leyenda-rehearsal-'));
  const commit = await createCommit(state, process.cwd(), { bad: badCommit });
  out.line(`commit ${commit.sha}; everything is written to ${state}`);
  const shims = await writeShims(join(state, 'shims'));
  await run('cosign', ['generate-key-pair'], { cwd: state, env: { ...env, COSIGN_PASSWORD: '' } });
  const variables = freshFork ? {} : await clusterVariables();
  if (!freshFork) await preparePlatform();
  const gitHub = await startFakeGitHub();
  const tokens = await startTokenService(rehearsed.jobs, deployerToken);
  try {
    const event = eventOf(rehearsed);
    await mkdir(join(state, 'artifacts'));
    await writeFile(join(state, 'event.json'), JSON.stringify(payloadOf(commit.sha)));
    const { jobs, notices } = await runAct(
      {
        event,
        workflow: join('.github/workflows', rehearsed.file),
        jobs: named,
        repository: commit.folder,
        cache: join(state, 'act'),
        log: join(state, 'act.log'),
        eventFile: join(state, 'event.json'),
        options: [
          ...shims,
          ...['--actor', 'rehearsal', '--secret', `GITHUB_TOKEN=${token}`],
          ...Object.entries(variables).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
          ...Object.entries({ GITHUB_REPOSITORY: repository, GITHUB_API_URL: gitHub.url }).flatMap(([name, value]) => [
            '--env',
            `${name}=${value}`,
          ]),
        ],
        env: {
          ...withoutOwn(env),
          PATH: [programsFolder, ...pathOf(env)].join(delimiter),
          REHEARSAL_STATE: state,
          REHEARSAL_STEPS: stepsFolder,
          REHEARSAL_PROGRAMS: programsFolder,
          REHEARSAL_REPOSITORY: commit.folder,
          REHEARSAL_REGISTRY: registry,
          REHEARSAL_REPLACES: registryHost,
          REHEARSAL_NODE: dirname(process.execPath),
          REHEARSAL_TOOL_JOB: 'bundle',
          REHEARSAL_WITHOUT: without.join(' '),
          // act starts service containers only for jobs that run in a container too.
          REHEARSAL_WITH_SERVICES: named.flatMap(({ job }) => ('services' in job.rendered ? [job.id] : [])).join(' '),
          REHEARSAL_TOKEN_URL: tokens.url,
          REHEARSAL_TOKEN_SECRET: tokens.secret,
        },
        signal,
      },
      out,
    );
    const [notRun = [], skipped = []] = await Promise.all(['not-run', 'skipped'].map((file) => linesOf(join(state, file))));
    return {
      workflow,
      commit: commit.sha,
      // Its first step ended the others.
      jobs: jobs.map((job) => (skipped.includes(job.job.split('/').at(-1) ?? '') ? { ...job, result: 'not run' } : job)),
      replaced: [...replacedActions(named.map(({ job }) => job)), ...replacedPrograms],
      differences,
      notRun,
      notices,
      deployments: gitHub.deployments.map(
        ({ environment, statuses }) => `${environment}: ${statuses.map(({ state }) => state).join(', ')}`,
      ),
    };
  } finally {
    await Promise.all([tokens.close(), gitHub.close()]);
  }
}

/** The different lines that shims wrote to a file. */
async function linesOf(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return [...new Set(text.split('\n').filter((line) => line !== ''))];
}

/** The event that starts the workflow: a push if it has one, else a manual start with the default inputs. */
const eventOf = ({ on }: Workflow) => (on.push === undefined ? 'workflow_dispatch' : 'push');

const payloadOf = (sha: string) => ({
  ref: 'refs/heads/main',
  after: sha,
  deleted: false,
  repository: { full_name: repository, default_branch: 'main', private: false },
  inputs: { environment: 'staging', revision: 'previous' },
});

/** Jobs must not see the administrator's cluster, nor the settings that npm passes to its scripts. */
const withoutOwn = (env: Context['env']): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(KUBECONFIG|npm_.*|INIT_CWD|NODE|GITHUB_.*|CI)$/.test(name)));
/** Nor the packages of this checkout. */
const pathOf = ({ PATH = '' }: Context['env']): readonly string[] =>
  PATH.split(delimiter).filter((folder) => !folder.includes('node_modules'));
