import { deployments, type EnvironmentName } from '../../manifests/environments/index.ts';
import { actorOf } from '../cli/actor.ts';
import type { Context } from '../cli/context.ts';
import type { ExitCode } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { redact } from '../values/redact.ts';
import type { FailedReport } from './queue.ts';
import { createGitHubReporter, noopReporter, type ReleaseReporter, type ReportedRelease, reportKinds } from './reporter.ts';
import { isPermissionError } from './retry.ts';
import { readSettings } from './settings.ts';
import { truncatedLine } from './text.ts';

/** Milliseconds that telling GitHub may take at most. */
export const reportingTimeouts = {
  /** One request. */
  request: 5000,
  /** After the release has ended: nothing waits for GitHub before. */
  end: 20_000,
  /** After an interruption: GitHub kills a cancelled step 10 s after its first signal. */
  interrupted: 4000,
};
export type ReportingTimeouts = Readonly<typeof reportingTimeouts>;

interface Wanted {
  readonly github: boolean;
  readonly 'github-comment': boolean;
  readonly 'dry-run'?: boolean;
}

/**
 * Runs a release and tells GitHub how it goes, where that is wanted. Whatever becomes of the telling, the release ends as it would
 * without it: what could not be told is one line of warning.
 * @throws {Failure} `usage`, before anything has begun, where something lacks that telling needs
 */
export async function withGitHubReporting(
  { task, environment }: { readonly task: ReportedRelease['task']; readonly environment: EnvironmentName },
  wanted: Wanted,
  context: Context,
  release: (listener: ReleaseReporter) => Promise<ExitCode>,
  limits: ReportingTimeouts = reportingTimeouts,
): Promise<ExitCode> {
  if (!wanted.github) {
    if (wanted['github-comment']) throw new Failure('usage', '--github-comment tells nobody without --github', 'give --github too');
    return await release(noopReporter);
  }
  const settings = readSettings(context.env);
  if (wanted['dry-run'] === true) return await release(noopReporter);
  const subject = { task, environment, actor: actorOf(context.env), environmentUrl: urlOf(environment), comment: wanted['github-comment'] };
  const teller = createGitHubReporter(settings, subject, limits.request);
  const { signal } = context;
  const interrupt = () => teller.interrupted(signal.reason instanceof Error ? signal.reason.message : 'interrupted');
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await release(teller);
  } catch (error) {
    teller.failed(error);
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    signal.addEventListener('abort', () => void teller.close(limits.interrupted), { once: true });
    const problems = await teller.close(signal.aborted ? limits.interrupted : limits.end);
    if (problems.length > 0) context.out.line(warningOf(problems, settings.token));
  }
}

const rights = {
  [reportKinds.deployment]: 'deployments: write',
  [reportKinds.commit]: 'statuses: write',
  [reportKinds.comment]: 'pull-requests: write, issues: write',
};

/** One line, without the token whoever repeats it. */
function warningOf(problems: readonly FailedReport[], token: string): string {
  const causes = problems.map(({ kind: what, error }) => {
    const message = truncatedLine(redact((error instanceof Error ? error.message : String(error)).replaceAll(token, '•••')), 200);
    const right = new Map(Object.entries(rights)).get(what);
    return `${what}: ${message}${isPermissionError(error) && right !== undefined ? ` (the token needs ${right})` : ''}`;
  });
  return `warning: GitHub was not told everything, which changes nothing for the release: ${causes.join('; ')}`;
}

function urlOf(environment: EnvironmentName): string {
  return `https://${deployments[environment].edge.host}`;
}
