import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWorkflow, type WorkflowFile } from '../rules/model.ts';
import type { Repository } from '../rules/rule.ts';
import { renderWorkflows } from '../workflows/index.ts';

/** The folder of GitHub's workflows. */
export const workflowFolder = '.github/workflows';

interface Unreadable {
  readonly file: string;
  readonly reason: string;
}
/** A repository as the rules check it, and the files that are not valid workflows. */
export interface LoadedRepository extends Repository {
  readonly unreadable: readonly Unreadable[];
}

/**
 * Reads the workflow files and the configuration of the update bot; missing files read as empty.
 * @param root folder of the repository
 */
export async function readRepository(root: string): Promise<LoadedRepository> {
  const folder = join(root, workflowFolder);
  const names = await readdir(folder).catch((): string[] => []);
  const committed = new Map(
    await Promise.all(names.sort().map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
  const updateBot = await readFile(join(root, '.github', 'dependabot.yml'), 'utf8').catch(() => 'updates: []');
  const workflows: WorkflowFile[] = [];
  const unreadable: Unreadable[] = [];
  for (const [file, text] of committed) {
    try {
      workflows.push(parseWorkflow(file, text));
    } catch (error) {
      unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { committed, rendered: renderWorkflows(), updateBot, workflows, unreadable };
}
