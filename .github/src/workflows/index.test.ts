import { describe, expect, test } from '@jest/globals';
import { checkWithLanguageService } from '../check/language-service.ts';
import { renderWorkflows } from './index.ts';

const judged = async (file: string, text: string) => {
  const { findings, skipped } = await checkWithLanguageService(new Map([[file, text]]));
  expect(skipped).toBeUndefined();
  return findings.map((finding) => finding.text);
};

describe("GitHub's language service", () => {
  test.each([...renderWorkflows()])('finds nothing wrong in %s', async (file, text) => {
    expect(await judged(file, text)).toEqual([]);
  });

  test.each([
    ['release.yml', 'a misspelt key', 'timeout-minutes:', 'timeout-minute:', 'timeout-minute'],
    ['release.yml', 'a misspelt input', 'persist-credentials:', 'persist-credential:', 'persist-credential'],
    ['release.yml', 'a step that is not there', 'steps.build.outputs.digest', 'steps.biuld.outputs.digest', 'biuld'],
    ['release.yml', 'a job that is not needed', 'needs.build.outputs.digest', 'needs.test.outputs.digest', 'test'],
    ['rollback.yml', 'an answer that is not asked for', 'inputs.revision', 'inputs.version', 'version'],
    ['scorecard.yml', 'a required input that lacks', 'results_format: sarif', '', 'results_format'],
    ['nightly.yml', 'a time that is none', '17 3 * * *', '17 25 * * *', 'cron'],
  ])('would find in %s %s', async (file, _, right, wrong, complaint) => {
    const text = renderWorkflows().get(file) ?? '';
    expect(text).toContain(right);
    expect((await judged(file, text.replaceAll(right, wrong))).join('\n')).toContain(complaint);
  });
});
