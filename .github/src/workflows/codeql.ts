import { firstOf, github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { tools } from '../layer/pins.ts';
import type { Workflow } from '../layer/workflow.ts';
import { gateOver } from './gate.ts';
import { checkout, onRunner } from './shared.ts';

/** An analysis of one language, without a build. */
const analysis = (id: string, name: string, language: 'javascript-typescript' | 'actions') =>
  job(id, { name, ...onRunner(20), permissions: { contents: 'read', 'security-events': 'write' } }, (steps) => {
    checkout(steps);
    steps.uses('github/codeql-action/init', {
      name: 'Set up CodeQL',
      with: { languages: language, tools: tools.codeql, 'build-mode': 'none', queries: 'security-extended' },
    });
    steps.uses('github/codeql-action/analyze', { name: 'Analyse', with: { category: `/language:${language}` } });
  });

const typescript = analysis('typescript', 'TypeScript', 'javascript-typescript');
const actions = analysis('actions', 'Workflows', 'actions');

export const codeql: Workflow = {
  file: 'codeql.yml',
  source: '.github/src/workflows/codeql.ts',
  name: 'CodeQL',
  purpose: 'scans the code and the workflows for vulnerabilities',
  // Also weekly, because the queries are updated.
  on: { pull_request: {}, merge_group: {}, push: { branches: ['main'] }, schedule: [{ cron: '41 4 * * 1' }] },
  cancelGroup: text`codeql-${firstOf(github.pullRequest, github.ref)}`,
  jobs: [typescript, actions, gateOver('CodeQL gate', { typescript, actions })],
};
