import { checkWithActionlint } from './actionlint.ts';
import type { CheckReport } from './finding.ts';
import { checkWithLanguageService } from './language-service.ts';
import { readRepository } from './repository.ts';
import { checkRules } from './rules.ts';

/**
 * Everybody's verdict on the committed workflow files: that of our own rules, of actionlint and of GitHub's language service.
 * @param root folder of the repository
 */
export async function checkWorkflows(root: string): Promise<CheckReport[]> {
  const repository = await readRepository(root);
  const [actionlint, service] = await Promise.all([
    checkWithActionlint(root, [...repository.committed.keys()]),
    checkWithLanguageService(repository.committed),
  ]);
  return [checkRules(repository), actionlint, service];
}
