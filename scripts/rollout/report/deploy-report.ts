import { appendFile } from 'node:fs/promises';
import { type ExitCode, exitCodes } from '../../cli/exit-codes.ts';
import { label } from '../../cluster/objects.ts';
import { changesOf, type RolloutPlan } from '../plan/deploy-plan.ts';
import type { StrategyRecord } from '../progressive/strategy-record.ts';
import { type Evidence, evidenceText } from '../verify/evidence.ts';

/** How a deploy or a rollback ended. Plain data: it is what `--json` prints. */
export interface DeployReport {
  readonly environment: string;
  readonly outcome: 'nothing-to-do' | 'planned' | 'deployed' | 'rolled-back' | 'rollback-failed' | 'frozen' | 'failed' | 'interrupted';
  readonly exitCode: ExitCode;
  readonly image: string;
  /** Of this attempt; not set where nothing was attempted. */
  readonly revision?: number;
  /** The revision that serves now, as far as is known. */
  readonly serving?: number;
  readonly changes: readonly PlanLine[];
  readonly evidence?: Evidence;
  /** How the API's release took over, where it did not do so pod by pod. */
  readonly strategy?: StrategyRecord;
  readonly seconds: {
    readonly total: number;
    /** From the first fact that proves the release bad to the verdict. */
    readonly toVerdict?: number;
    /** From the verdict until the last good release was back and verified. */
    readonly toRestored?: number;
  };
  /** How many calls the API server was sent, watches and repeated ones included. */
  readonly calls: number;
  /** One line: what is the case now. */
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

/** What a plan changes, one entry an object, with each field's old and new value. */
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
/** A value in one line, cut where it is long. */
export function shortValue(value: unknown): string {
  const text = value === undefined ? 'none' : JSON.stringify(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

const signs = { create: '+', update: '~', prune: '-' } as const;
export const planText = (lines: readonly PlanLine[]): string =>
  lines
    .flatMap(({ object, action, fields }) => [`${signs[action]} ${object}`, ...fields.map((field) => `    ${shortDigests(field)}`)])
    .join('\n');

/** With 12 characters of each SHA-256 digest: enough to tell images apart, and short enough for a terminal. */
export const shortDigests = (text: string): string => text.replaceAll(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/g, '$1…');

/** The end of a deploy, for people. The evidence was printed before the rollback began. */
export function reportText({ state, seconds }: DeployReport): string {
  const times = [
    seconds.toVerdict === undefined ? [] : [`verdict ${seconds.toVerdict.toFixed(1)} s after the fact that proves it`],
    seconds.toRestored === undefined ? [] : [`restored ${seconds.toRestored.toFixed(1)} s later`],
    [`${seconds.total.toFixed(1)} s in all`],
  ].flat();
  return `${state} (${times.join(', ')})`;
}

/** The same as a page for GitHub's job summary. */
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

/** Appends to the job summary where GitHub Actions offers one. */
export async function writeJobSummary(report: DeployReport, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (env.GITHUB_STEP_SUMMARY !== undefined) await appendFile(env.GITHUB_STEP_SUMMARY, reportMarkdown(report));
}
