import { renderWorkflow, type Workflow } from './layer/workflow.ts';
import { ci } from './workflows/ci.ts';
import { codeql } from './workflows/codeql.ts';
import { nightly } from './workflows/nightly.ts';
import { release } from './workflows/release.ts';
import { rollback } from './workflows/rollback.ts';
import { scorecard } from './workflows/scorecard.ts';

/** Every workflow of this repository. */
export const workflows: readonly Workflow[] = [ci, release, rollback, nightly, codeql, scorecard];

/** Every workflow file: its name in `.github/workflows`, and its text. */
export function renderWorkflows(): ReadonlyMap<string, string> {
  return new Map(workflows.map((workflow) => [workflow.file, renderWorkflow(workflow)]));
}
