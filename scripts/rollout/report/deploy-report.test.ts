import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitCodes } from '../../cli/exit-codes.ts';
import { type DeployReport, outcomeExitCodes, planText, reportText, writeJobSummary } from './deploy-report.ts';

const report: DeployReport = {
  environment: 'staging',
  outcome: 'rolled-back',
  exitCode: exitCodes.rolledBack,
  image: 'a@sha256:b',
  revision: 7,
  serving: 6,
  changes: [{ object: 'Deployment/api', action: 'update', fields: ['spec.image: "a" → "b"'] }],
  seconds: { total: 12.34, toVerdict: 0.75, toRestored: 3 },
  calls: 120,
  state: 'revision 7 failed; rolled back to revision 6 and verified it',
};

test('reportText contains the state and the times to the verdict and to the rollback', () => {
  expect(reportText(report)).toBe(
    'revision 7 failed; rolled back to revision 6 and verified it (verdict 0.8 s after the failure, restored 3.0 s later, 12.3 s in total)',
  );
});

test('writeJobSummary writes plan and outcome if GitHub Actions provides a file', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'leyenda-')), 'summary.md');
  await writeJobSummary(report, { GITHUB_STEP_SUMMARY: file });
  const page = await readFile(file, 'utf8');
  for (const part of ['### staging: rolled-back', '| serving | 6 |', '~ Deployment/api', 'spec.image: "a" → "b"'])
    expect(page).toContain(part);
});

test('planText marks created, changed and deleted objects', () => {
  const line = (action: 'create' | 'update' | 'prune') => ({ object: 'ConfigMap/c', action, fields: [] });
  expect(planText([line('create'), line('update'), line('prune')])).toBe('+ ConfigMap/c\n~ ConfigMap/c\n- ConfigMap/c');
});

test('outcomes rolled-back, rollback-failed and failed have different exit codes', () => {
  const { 'rolled-back': back, 'rollback-failed': stuck, failed, deployed } = outcomeExitCodes;
  expect(new Set([back, stuck, failed, deployed]).size).toBe(4);
});
