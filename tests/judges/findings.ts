import { join } from 'node:path';
import { deploymentNames } from '../../manifests/environments/index.ts';
import { writeManifests } from '../../manifests/main.ts';
import type { Decision, Finding, Judge } from '../../scripts/docs/judges/decision.ts';
import { decisions } from '../../scripts/docs/judges/index.ts';
import { scratch } from './tool.ts';

const accepts = ({ rule, accepted }: Decision, finding: Finding): boolean =>
  accepted !== undefined &&
  rule === finding.rule &&
  (accepted.message?.test(finding.message) ?? true) &&
  (accepted.where?.test(finding.where) ?? true);

/** Findings that no decision accepts, and accepted rules without a finding. */
export function undecided(judge: Judge, findings: readonly Finding[]) {
  const made = decisions.filter((decision) => decision.judge === judge && decision.accepted);
  return {
    found: findings.filter((finding) => !made.some((decision) => accepts(decision, finding))),
    gone: made.filter((decision) => !findings.some((finding) => accepts(decision, finding))).map(({ rule }) => rule),
  };
}
export const nothing = { found: [], gone: [] };

/** The manifests of every environment and reference: a folder, and the files in it. */
export function synthesized() {
  const folder = scratch();
  const files = writeManifests(folder, deploymentNames).map(({ file }) => join(folder, file));
  return { folder, files };
}
