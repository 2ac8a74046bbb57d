import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckReport, WorkflowFiles } from '../../../scripts/cli/context.ts';
import { checkWithActionlint } from './actionlint.ts';
import { checkWithLanguageService } from './language-service.ts';
import { readRepository, workflowFolder } from './repository.ts';
import { checkRules } from './rules.ts';

/** Checks the committed workflow files with the rules of this repository, actionlint and GitHub's language service. */
export async function checkWorkflows(root: string): Promise<readonly CheckReport[]> {
  const repository = await readRepository(root);
  const [actionlint, service] = await Promise.all([
    checkWithActionlint(root, [...repository.committed.keys()]),
    checkWithLanguageService(repository.committed),
  ]);
  return [checkRules(repository), actionlint, service];
}

export const writeWorkflows: WorkflowFiles['writeWorkflows'] = async (root) => {
  const { committed, rendered } = await readRepository(root);
  const folder = join(root, workflowFolder);
  const written = [...rendered.keys()].filter((name) => committed.get(name) !== rendered.get(name));
  const removed = [...committed.keys()].filter((name) => !rendered.has(name));
  await mkdir(folder, { recursive: true });
  for (const name of written) await writeFile(join(folder, name), rendered.get(name) ?? '');
  for (const name of removed) await rm(join(folder, name));
  const pathOf = (name: string) => join(workflowFolder, name);
  return { written: written.map(pathOf), removed: removed.map(pathOf) };
};
