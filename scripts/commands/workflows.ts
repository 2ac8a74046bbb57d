import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CheckReport, type Finding, workflowFolder } from '../../.github/src/check/finding.ts';
import { checkWorkflows } from '../../.github/src/check/index.ts';
import { readRepository } from '../../.github/src/check/repository.ts';
import type { Context, Handlers } from '../cli/context.ts';
import { type ExitCode, exitCodes } from '../cli/exit-codes.ts';
import { singleLine } from '../cli/failure.ts';

/** Writes the workflow files, or tells what the rules, actionlint and GitHub's language service have against the committed ones. */
export const workflowsCommand: Handlers['workflows'] = ({ args }, { out }) => (args.action === 'write' ? write(out) : check(out));

async function check(out: Context['out']): Promise<ExitCode> {
  const reports = await checkWorkflows('.');
  const findings = reports.flatMap((report) => report.findings);
  const checkers = Object.fromEntries(reports.map((report) => [report.checker, stateOf(report)]));
  const text = [...findings.map(lineOf), ...reports.map((report) => `${report.checker}: ${stateOf(report)}`)].join('\n');
  out.result(text, { findings, checkers });
  return findings.length === 0 ? exitCodes.ok : exitCodes.different;
}

const lineOf = ({ file, line, checker, text }: Finding) => `${file}:${line}: ${checker}: ${singleLine(text)}`;

function stateOf({ findings, skipped }: CheckReport): string {
  if (skipped !== undefined) return `skipped, ${skipped}`;
  return findings.length === 0 ? 'nothing found' : `${findings.length} found`;
}

async function write(out: Context['out']): Promise<ExitCode> {
  const { committed, rendered } = await readRepository('.');
  await mkdir(workflowFolder, { recursive: true });
  const written = [...rendered].filter(([name, text]) => committed.get(name) !== text);
  const removed = [...committed.keys()].filter((name) => !rendered.has(name));
  for (const [name, text] of written) await writeFile(join(workflowFolder, name), text);
  for (const name of removed) await rm(join(workflowFolder, name));
  const files = {
    written: written.map(([name]) => join(workflowFolder, name)),
    removed: removed.map((name) => join(workflowFolder, name)),
  };
  const lines = [...files.written.map((path) => `wrote ${path}`), ...files.removed.map((path) => `removed ${path}: it has no source`)];
  out.result(lines.length > 0 ? lines.join('\n') : 'the workflow files equal their source', files);
  return exitCodes.ok;
}
