import * as z from 'zod';
import { type DocumentOf, defineCommand } from '../cli/command.ts';
import type { CheckReport, CommandContext, Finding } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { singleLine } from '../cli/failure.ts';

const finding = z.strictObject({ file: z.string(), line: z.int(), checker: z.string(), text: z.string() });

const workflowsDocument = {
  findings: z.array(finding).optional().describe('check'),
  checkers: z.record(z.string(), z.string()).optional().describe('check: result of each checker'),
  written: z.array(z.string()).optional().describe('write'),
  removed: z.array(z.string()).optional().describe('write'),
};
type WorkflowsContext = CommandContext<DocumentOf<typeof workflowsDocument>>;

export const workflows = defineCommand({
  name: 'workflows',
  summary: "generate the GitHub workflows, or check the committed files with rules, actionlint and GitHub's language service",
  args: { action: { doc: 'action', choices: ['write', 'check'], default: 'check' } },
  flags: {},
  description: [
    'check compares the files in .github/workflows with their TypeScript source, and checks them with the rules of this repository, actionlint and the language service; it never writes. write generates each file that differs from its source, and deletes files without a source.',
  ],
  examples: [
    ['leyenda workflows', 'in continuous integration'],
    ['leyenda workflows write', 'after a change in .github/src'],
  ],
  exits: { different: 'a file differs from its source, or a check failed' },
  related: [],
  document: workflowsDocument,
  run: ({ args }, context) => (args.action === 'write' ? write(context) : check(context)),
});

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
