import { renderWorkflow, type Workflow } from '../layer/workflow.ts';
import { ci } from './ci.ts';
import { codeql } from './codeql.ts';
import { nightly } from './nightly.ts';
import { promotion } from './promote.ts';
import { release } from './release.ts';
import { rollbackWorkflow } from './rollback.ts';
import { scorecard } from './scorecard.ts';

/** Every workflow of this repository. */
export const workflows: readonly Workflow[] = [ci, release, promotion, rollbackWorkflow, nightly, codeql, scorecard];

/** Every workflow file: its name in `.github/workflows`, and its text. */
export function renderWorkflows(): ReadonlyMap<string, string> {
  return new Map(workflows.map((workflow) => [workflow.file, renderWorkflow(workflow)]));
}
