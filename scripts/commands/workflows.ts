import * as z from 'zod';
import { type DocumentOf, defineCommand } from '../cli/command.ts';
import type { CheckReport, CommandContext, Finding, Rehearsal, RehearsalOptions } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { singleLine } from '../cli/failure.ts';

const finding = z.strictObject({ file: z.string(), line: z.int(), checker: z.string(), text: z.string() });

const result = z.string().describe('success, failure, skipped or not run');
const rehearsal = z.strictObject({
  workflow: z.string(),
  commit: z.string(),
  jobs: z.array(
    z.strictObject({
      job: z.string(),
      result,
      seconds: z.number(),
      steps: z.array(z.strictObject({ step: z.string(), result, seconds: z.number() })),
    }),
  ),
  replaced: z.array(z.string()).describe('what ran in place of each action and program'),
  differences: z.array(z.string()).describe('from a run on GitHub'),
  notRun: z.array(z.string()).describe('what steps left out on this machine'),
  notices: z.array(z.string()).describe('that the workflow wrote'),
  deployments: z.array(z.string()).describe('states of each Deployment on the fake GitHub'),
});

const workflowsDocument = {
  findings: z.array(finding).optional().describe('check'),
  checkers: z.record(z.string(), z.string()).optional().describe('check: result of each checker'),
  written: z.array(z.string()).optional().describe('write'),
  removed: z.array(z.string()).optional().describe('write'),
  rehearsal: rehearsal.optional().describe('rehearse'),
};
type WorkflowsContext = CommandContext<DocumentOf<typeof workflowsDocument>>;

export const workflows = defineCommand({
  name: 'workflows',
  summary: 'generate the GitHub workflows, check the committed files, or run one of them on this machine',
  args: {
    action: { doc: 'action', choices: ['write', 'check', 'rehearse'], default: 'check' },
    workflow: { doc: 'rehearse: file without .yml', choices: ['ci', 'release', 'rollback', 'nightly'], default: 'release' },
  },
  flags: {
    registry: {
      type: 'string',
      doc: 'rehearse: address of a registry without TLS, from which the cluster pulls ghcr.io',
      default: 'localhost:5001',
    },
    'fresh-fork': { type: 'boolean', doc: 'rehearse: no variable is set and no cluster is used, as in a new fork' },
    without: {
      type: 'string',
      doc: 'rehearse: jobs whose steps are left out, separated by commas; others run as if they had succeeded',
      default: '',
    },
    'bad-commit': { type: 'boolean', doc: 'rehearse: add a commit whose service passes its tests and crashes on the cluster' },
  },
  description: [
    'check compares the files in .github/workflows with their TypeScript source, and checks them with the rules of this repository, actionlint and the language service; it never writes. write generates each file that differs from its source, and deletes files without a source.',
    'rehearse runs a workflow with nektos/act, on HEAD, without GitHub: actions are replaced by local ones, ghcr.io by a local registry, the GitHub API by a fake one. It deploys to the cluster of KUBECONFIG, into the namespaces rehearsal-staging and rehearsal-production. The result lists what was replaced, the seconds of each job, and what did not run.',
  ],
  examples: [
    ['leyenda workflows', 'in continuous integration'],
    ['leyenda workflows write', 'after a change in .github/src'],
    ['leyenda workflows rehearse release', 'from the commit to the verified deployment'],
    ['leyenda workflows rehearse release --bad-commit', 'the release is rolled back'],
    ['leyenda workflows rehearse release --fresh-fork', 'without a cluster'],
  ],
  exits: { different: 'a file differs from its source, or a check failed', failed: 'rehearse: a job failed' },
  related: [],
  document: workflowsDocument,
  run: ({ args, flags }, context) => {
    if (args.action === 'write') return write(context);
    if (args.action === 'check') return check(context);
    const { registry, 'fresh-fork': freshFork, 'bad-commit': badCommit } = flags;
    const without = flags.without.split(',').filter((job) => job !== '');
    return rehearse({ workflow: args.workflow, registry, freshFork, badCommit, without }, context);
  },
});

async function rehearse(options: RehearsalOptions, context: WorkflowsContext): Promise<ExitCode> {
  const { rehearse } = await context.loadRehearsal();
  const rehearsal = await rehearse(options, context);
  context.out.result(summaryOf(rehearsal), { rehearsal });
  return rehearsal.jobs.some(({ result }) => result === 'failure') ? exitCodes.failed : exitCodes.ok;
}

function summaryOf({ workflow, commit, jobs, replaced, differences, notRun, notices, deployments }: Rehearsal): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)];
  return [
    ...section('replaced', replaced),
    ...section('different from GitHub', differences),
    ...section('not run', notRun),
    ...section('notices', notices),
    ...section('deployments on the fake GitHub', deployments),
    ...section(
      `${workflow} of ${commit.slice(0, 12)}`,
      jobs.map(({ job, result, seconds }) => `${job.padEnd(20)} ${result.padEnd(8)} ${String(seconds).padStart(5)} s`),
    ),
  ].join('\n');
}

async function check({ out, loadWorkflows }: WorkflowsContext): Promise<ExitCode> {
  const { checkWorkflows } = await loadWorkflows();
  const reports = await checkWorkflows('.');
  const findings = reports.flatMap((report) => report.findings);
  const checkers = Object.fromEntries(reports.map((report) => [report.checker, resultOf(report)]));
  const text = [...findings.map(lineOf), ...reports.map((report) => `${report.checker}: ${resultOf(report)}`)].join('\n');
  out.result(text, { findings, checkers });
  return findings.length === 0 ? exitCodes.ok : exitCodes.different;
}

const lineOf = ({ file, line, checker, text }: Finding) => `${file}:${line}: ${checker}: ${singleLine(text)}`;

function resultOf({ findings, skipped }: CheckReport): string {
  if (skipped !== undefined) return `skipped, ${skipped}`;
  return findings.length === 0 ? 'no findings' : `${findings.length} findings`;
}

async function write({ out, loadWorkflows }: WorkflowsContext): Promise<ExitCode> {
  const { writeWorkflows } = await loadWorkflows();
  const files = await writeWorkflows('.');
  const lines = [...files.written.map((path) => `wrote ${path}`), ...files.removed.map((path) => `deleted ${path}: it has no source`)];
  out.result(lines.length > 0 ? lines.join('\n') : 'the workflow files equal their source', files);
  return exitCodes.ok;
}
