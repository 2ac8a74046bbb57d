import { posix } from 'node:path';
import { rules } from '../rules/index.ts';
import { type Verdict, workflowFolder } from './finding.ts';
import type { Read } from './repository.ts';

/** The twenty rules, each by its number. */
export function judgeByRules(repository: Read): Verdict {
  const broken = Object.values(rules).flatMap((rule, index) =>
    rule.broken(repository).map(({ file, line, text }) => ({ file: pathOf(file), line, by: `rule ${index + 1}`, text })),
  );
  const unreadable = repository.unreadable.map(({ file, why }) => ({
    file: pathOf(file),
    line: 1,
    by: 'rules',
    text: `is no workflow: ${why.replaceAll(/\s+/g, ' ')}`,
  }));
  return { judge: 'rules', findings: [...unreadable, ...broken] };
}

const pathOf = (file: string) => posix.join(workflowFolder, file);
