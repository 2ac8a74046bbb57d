import { readFileSync, statSync } from 'node:fs';
import { at, parseJson, textAt } from '../values/json.ts';
import { reasonOf } from '../values/reason.ts';
import { failed, NotCheckable } from './checklist.ts';

const maximumDays = 30;

/** The result of `leyenda load --json` in a file. @throws {NotCheckable} without a file */
export function loadReportDetail(file: string | undefined): string {
  if (file === undefined) throw new NotCheckable('pass --load-report FILE with the output of leyenda load URL --json');
  const remedy = `leyenda load URL --json > ${file}`;
  const report = readReport(file, remedy);
  const [passed, target] = [at(report, 'passed'), textAt(report, 'target')];
  if (typeof passed !== 'boolean' || target === undefined) throw failed(`${file} is not a report of leyenda load`, remedy);
  const days = Math.floor((Date.now() - statSync(file).mtimeMs) / 86_400_000);
  if (!passed) throw failed(`the load test of ${target} missed an objective, or was too short to measure one`, `see ${file}`);
  if (days > maximumDays) throw failed(`the load test of ${target} is ${days} days old`, remedy);
  return `${target} met its objectives, ${days} days ago`;
}

function readReport(file: string, remedy: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failed(`${file} cannot be read: ${reasonOf(error)}`, remedy);
  }
}
