import { appendFile } from 'node:fs/promises';
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts';
import { label } from '../../cluster/objects.ts';
import { changesOf, type RolloutPlan } from '../plan/deploy-plan.ts';
import type { StrategyRecord } from '../progressive/strategy-record.ts';
import { type Evidence, evidenceText } from '../verify/evidence.ts';

/** Outcome of a deploy or a rollback, as `--json` prints it. */
export interface DeployReport {
  readonly environment: string;
  readonly outcome: 'nothing-to-do' | 'planned' | 'deployed' | 'rolled-back' | 'rollback-failed' | 'frozen' | 'failed' | 'interrupted';
  readonly exitCode: ExitCode;
  readonly image: string;
  /** Revision of this attempt; not set without one. */
  readonly revision?: number;
  /** The deployed revision, if known. */
  readonly serving?: number;
  readonly changes: readonly PlanLine[];
  readonly evidence?: Evidence;
  /** Outcome of the progressive strategy, if there is one. */
  readonly strategy?: StrategyRecord;
  readonly seconds: {
    readonly total: number;
    /** From the fact that proves the failure to the verdict. */
    readonly toVerdict?: number;
    /** From the verdict until the rollback was verified. */
    readonly toRestored?: number;
  };
  /** Requests to the API server, watches and retries included. */
  readonly calls: number;
  /** One line about the current state. */
  readonly state: string;
}
interface PlanLine {
  readonly object: string;
  readonly action: 'create' | 'update' | 'prune';
  readonly fields: readonly string[];
}

export const outcomeExitCodes = {
  'nothing-to-do': exitCodes.ok,
  planned: exitCodes.ok,
  deployed: exitCodes.ok,
  'rolled-back': exitCodes.rolledBack,
  'rollback-failed': exitCodes.rollbackFailed,
  frozen: exitCodes.frozen,
  failed: exitCodes.failed,
  interrupted: exitCodes.failed,
} as const satisfies Record<DeployReport['outcome'], ExitCode>;

/** Changes of a plan, one entry per object, with the old and new values of fields. */
export function planLines(plan: RolloutPlan): PlanLine[] {
  return [
    ...changesOf(plan).map(({ object, action, changes }) => ({
      object: label({ kind: object.kind, name: object.metadata.name }),
      action: action === 'create' ? ('create' as const) : ('update' as const),
      fields: action === 'create' ? [] : changes.map(({ path, before, after }) => `${path}: ${shortValue(before)} → ${shortValue(after)}`),
    })),
    ...plan.prune.map((item) => ({ object: label(item), action: 'prune' as const, fields: [] })),
  ];
}

const longest = 160;
/** A value in one line of at most 160 characters. */
export function shortValue(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const signs = { create: '+', update: '~', prune: '-' } as const;
export const planText = (lines: readonly PlanLine[]): string =>
  lines
    .flatMap(({ object, action, fields }) => [`${signs[action]} ${object}`, ...fields.map((field) => `    ${shortDigests(field)}`)])
    .join('\n');

/** Shortens SHA-256 digests to 12 characters. */
export const shortDigests = (text: string): string => text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');

/** Summary for the terminal. The evidence was printed before the rollback. */
export function reportText({ state, seconds }: DeployReport): string {
  const times = [
    seconds.toVerdict === undefined ? [] : [`verdict ${seconds.toVerdict.toFixed(1)} s after the failure`],
    seconds.toRestored === undefined ? [] : [`restored ${seconds.toRestored.toFixed(1)} s later`],
    [`${seconds.total.toFixed(1)} s in total`],
  ].flat();
  return `${state} (${times.join(', ')})`;
}

/** Markdown for the job summary of GitHub Actions. */
function reportMarkdown(report: DeployReport): string {
  const rows = [
    ['environment', report.environment],
    ['image', report.image],
    ['outcome', report.outcome],
    ['revision', String(report.revision ?? '–')],
    ['serving', String(report.serving ?? '–')],
  ];
  return [
    `### ${report.environment}: ${report.outcome}`,
    '',
    reportText(report),
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, value]) => `| ${name} | ${value} |`),
    '',
    ...(report.changes.length > 0 ? ['```diff', planText(report.changes), '```', ''] : []),
    ...(report.evidence === undefined ? [] : ['```text', evidenceText(report.evidence).replaceAll('```', "'''"), '```', '']),
  ].join('\n');
}

/** Appends to the job summary of GitHub Actions, if there is one. */
export async function writeJobSummary(report: DeployReport, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (env.GITHUB_STEP_SUMMARY !== undefined) await appendFile(env.GITHUB_STEP_SUMMARY, reportMarkdown(report));
}
