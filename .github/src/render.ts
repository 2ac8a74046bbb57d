import { renderWorkflow } from './layer/workflow.ts';
import { ci } from './workflows/ci.ts';
import { release } from './workflows/release.ts';

/** Every workflow file: its name in `.github/workflows`, and its text. */
export function renderWorkflows(): ReadonlyMap<string, string> {
  return new Map([ci, release].map((workflow) => [workflow.file, renderWorkflow(workflow)]));
}
