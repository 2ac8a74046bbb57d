import { judgeByActionlint } from './actionlint.ts';
import type { Verdict } from './finding.ts';
import { judgeByLanguageService } from './language-service.ts';
import { readRepository } from './repository.ts';
import { judgeByRules } from './rules.ts';

/**
 * Everybody's verdict on the committed workflow files: that of our own rules, of actionlint and of GitHub's language service.
 * @param root folder of the repository
 */
export async function judgeWorkflows(root: string): Promise<Verdict[]> {
  const repository = await readRepository(root);
  const [actionlint, service] = await Promise.all([
    judgeByActionlint(root, [...repository.committed.keys()]),
    judgeByLanguageService(repository.committed),
  ]);
  return [judgeByRules(repository), actionlint, service];
}
