import { firstOf, github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { tools } from '../layer/pins.ts';
import type { CallableWorkflow } from '../layer/workflow.ts';
import { hasCodeSecurity } from './delivery.ts';
import { gateOver } from './gate.ts';
import { checkout, onRunner, reportPermissions } from './shared.ts';

/** An analysis of one language, without a build. */
const analysis = (id: string, name: string, language: 'javascript-typescript' | 'actions') =>
  job(id, { name, ...onRunner(20), permissions: { contents: 'read', ...reportPermissions }, if: hasCodeSecurity }, (steps) => {
    checkout(steps);
    steps.uses('github/codeql-action/init', {
      name: 'Set up CodeQL',
      with: { languages: language, tools: tools.codeql, 'build-mode': 'none', queries: 'security-extended' },
    });
    steps.uses('github/codeql-action/analyze', { name: 'Analyse', with: { category: `/language:${language}` } });
  });

const typescript = analysis('typescript', 'TypeScript', 'javascript-typescript');
const actions = analysis('actions', 'Workflows', 'actions');

export const codeql: CallableWorkflow = {
  file: 'codeql.yml',
  source: '.github/src/workflows/codeql.ts',
  name: 'CodeQL',
  purpose: 'scans the code and the workflows for vulnerabilities',
  // Also weekly, because the queries are updated.
  on: { pull_request: {}, merge_group: {}, schedule: [{ cron: '41 4 * * 1' }], workflow_call: {} },
  concurrency: { group: text`codeql-${firstOf(github.pullRequest, github.runId)}`, cancels: true },
  jobs: [typescript, actions, gateOver('CodeQL gate', {}, { typescript, actions })],
};
