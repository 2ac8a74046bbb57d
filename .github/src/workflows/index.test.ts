import { describe, expect, test } from '@jest/globals';
import { checkWithLanguageService } from '../check/language-service.ts';
import { renderWorkflows } from './index.ts';

const findingsIn = async (file: string, text: string) => {
  const { findings, skipped } = await checkWithLanguageService(new Map([[file, text]]));
  expect(skipped).toBeUndefined();
  return findings.map((finding) => finding.text);
};

describe("GitHub's language service", () => {
  test.each([...renderWorkflows()])('reports nothing in %s', async (file, text) => {
    expect(await findingsIn(file, text)).toEqual([]);
  });

  test.each([
    ['release.yml', 'a misspelled key', 'timeout-minutes:', 'timeout-minute:', 'timeout-minute'],
    ['release.yml', 'a misspelled input', 'persist-credentials:', 'persist-credential:', 'persist-credential'],
    ['release.yml', 'an unknown step', 'steps.build.outputs.digest', 'steps.biuld.outputs.digest', 'biuld'],
    ['release.yml', 'a job outside of needs', 'needs.build.outputs.digest', 'needs.checks.outputs.digest', 'digest'],
    ['rollback.yml', 'an undeclared input', 'inputs.revision', 'inputs.version', 'version'],
    ['scorecard.yml', 'a missing required input', 'results_format: sarif', '', 'results_format'],
    ['nightly.yml', 'an invalid schedule', '17 3 * * *', '17 25 * * *', 'cron'],
  ])('reports in %s %s', async (file, _, right, wrong, violation) => {
    const text = renderWorkflows().get(file) ?? '';
    expect(text).toContain(right);
    expect((await findingsIn(file, text.replaceAll(right, wrong))).join('\n')).toContain(violation);
  });
});
