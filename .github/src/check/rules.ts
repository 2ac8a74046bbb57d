import { posix } from 'node:path';
import type { CheckReport } from '../../../scripts/cli/context.ts';
import { rules } from '../rules/index.ts';
import { type LoadedRepository, workflowFolder } from './repository.ts';

/** Checks all rules; a finding names the rule by its number. */
export function checkRules(repository: LoadedRepository): CheckReport {
  const violations = Object.values(rules).flatMap((rule, index) =>
    rule.violations(repository).map(({ file, line, text }) => ({ file: pathOf(file), line, checker: `rule ${index + 1}`, text })),
  );
  const unreadable = repository.unreadable.map(({ file, reason }) => ({
    file: pathOf(file),
    line: 1,
    checker: 'rules',
    text: `is not a workflow: ${reason.replaceAll(/\s+/g, ' ')}`,
  }));
  return { checker: 'rules', findings: [...unreadable, ...violations] };
}

const pathOf = (file: string) => posix.join(workflowFolder, file);
