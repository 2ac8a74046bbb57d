import { readFileSync } from 'node:fs';
import { isStartupTitle } from '../../contract/startup-texts.ts';
import { isRecord, parseJson } from '../values/json.ts';
import { reasonOf } from '../values/reason.ts';
import { failed, NotCheckable } from './checklist.ts';

/** @throws {Failure} unless every line is a JSON object with the fields that each has (docs/observability.md) */
export function logDetail(text: string, source: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const wrong = lines.filter((line) => !isLogLine(parseJson(line)));
  if (lines.length === 0) throw failed(`the log of ${source} is empty`, 'docs/runbooks/down.md');
  if (wrong.length > 0) throw failed(`${wrong.length} of ${lines.length} lines of ${source} are not JSON`, 'docs/observability.md#logs');
  return `the last ${lines.length} lines of ${source} are JSON`;
}

const isLogLine = (line: unknown) => isRecord(line) && ['level', 'timestamp', 'message'].every((field) => typeof line[field] === 'string');

const tailLines = 20;

/** The last lines of a log without text before its first JSON line, and without the texts that a process with all roles prints at its start. */
export function withoutText(log: string): string {
  let inText = true;
  const lines = log.split('\n').filter((line) => {
    if (line.startsWith('{')) inText = false;
    else if (isStartupTitle(line)) inText = true;
    return !inText && line.trim() !== '';
  });
  return lines.slice(-tailLines).join('\n');
}

/** The end of a file with the log of one process. */
export function logFileDetail(file: string | undefined): string {
  if (file === undefined) throw new NotCheckable('pass --log FILE with the standard output of the process');
  return logDetail(withoutText(readLog(file)), file);
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw failed(`${file} cannot be read: ${reasonOf(error)}`, 'write the standard output of the process to a file');
  }
}
