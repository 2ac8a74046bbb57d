import { redact } from '../../contract/redact.ts';
import { deployments, type EnvironmentName } from '../../manifests/environments/index.ts';
import { actorOf } from '../cli/actor.ts';
import type { Context } from '../cli/context.ts';
import type { ExitCode } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import type { FailedReport } from './queue.ts';
import { GitHubReporter, noopReporter, type ReleaseReporter, type ReportedRelease, reportKinds } from './reporter.ts';
import { isPermissionError } from './retry.ts';
import { readSettings } from './settings.ts';
import { truncatedLine } from './text.ts';

/** Timeouts of reports to GitHub, in milliseconds. */
export const reportingTimeouts = {
  /** One request. */
  request: 5000,
  /** All reports after the end of the release; the release itself never waits. */
  end: 20_000,
  /** After an interruption: GitHub kills a cancelled step 10 s after its first signal. */
  interrupted: 4000,
};
export type ReportingTimeouts = Readonly<typeof reportingTimeouts>;

interface ReportingFlags {
  readonly github: boolean;
  readonly 'github-comment': boolean;
  readonly 'dry-run'?: boolean;
}

/**
 * Runs a release and reports it to GitHub if the flags say so. A failed report never changes the result of the release: it is one
 * line of warning.
 * @throws {Failure} `usage` before the release, if a setting for the reports is missing
 */
export async function withGitHubReporting(
  { task, environment }: { readonly task: ReportedRelease['task']; readonly environment: EnvironmentName },
  flags: ReportingFlags,
  context: Context,
  release: (reporter: ReleaseReporter) => Promise<ExitCode>,
  timeouts: ReportingTimeouts = reportingTimeouts,
): Promise<ExitCode> {
  if (!flags.github) {
    if (flags['github-comment']) throw new Failure('usage', '--github-comment requires --github', 'add --github');
    return await release(noopReporter);
  }
  const settings = readSettings(context.env);
  if (flags['dry-run'] === true) return await release(noopReporter);
  const reported = { task, environment, actor: actorOf(context.env), environmentUrl: urlOf(environment), comment: flags['github-comment'] };
  const reporter = new GitHubReporter(settings, reported, timeouts.request);
  const { signal } = context;
  const interrupt = () => reporter.interrupted(signal.reason instanceof Error ? signal.reason.message : 'interrupted');
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await release(reporter);
  } catch (error) {
    reporter.failed(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    signal.addEventListener('abort', () => void reporter.close(timeouts.interrupted), { once: true });
    const failures = await reporter.close(signal.aborted ? timeouts.interrupted : timeouts.end);
    if (failures.length > 0) context.out.line(warningOf(failures, settings.token));
  }
}

const requiredPermissions = {
  [reportKinds.deployment]: 'deployments: write',
  [reportKinds.commit]: 'statuses: write',
  [reportKinds.comment]: 'pull-requests: write, issues: write',
};

/** One line; removes the token in case an error message contains it. */
function warningOf(failures: readonly FailedReport[], token: string): string {
  const causes = failures.map(({ kind: what, error }) => {
    const message = truncatedLine(redact((error instanceof Error ? error.message : String(error)).replaceAll(token, '•••')), 200);
    const permission = new Map(Object.entries(requiredPermissions)).get(what);
    return `${what}: ${message}${isPermissionError(error) && permission !== undefined ? ` (the token needs ${permission})` : ''}`;
  });
  return `warning: some reports to GitHub failed, which does not affect the release: ${causes.join('; ')}`;
}

function urlOf(environment: EnvironmentName): string {
  return `https://${deployments[environment].edge.host}`;
}
