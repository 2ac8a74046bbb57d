import { describe, expect, test } from '@jest/globals';
import { exitCodes } from '../cli/exit-codes.ts';
import { readSettings } from './settings.ts';
import { token } from './testing/fake-github.ts';

const sha = 'a'.repeat(40);
const required = { GITHUB_TOKEN: token, GITHUB_REPOSITORY: 'example/captions', GITHUB_SHA: sha };

describe('readSettings', () => {
  test('reads the variables of GitHub Actions, with the page of this attempt', () => {
    const run = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2', GITHUB_REF_NAME: 'main', GITHUB_SERVER_URL: 'https://git.example.com' };
    expect(readSettings({ ...required, ...run, GITHUB_API_URL: 'https://git.example.com/api/v3/' })).toEqual({
      token,
      apiUrl: 'https://git.example.com/api/v3',
      owner: 'example',
      repo: 'captions',
      sha,
      refName: 'main',
      runUrl: 'https://git.example.com/example/captions/actions/runs/7/attempts/2',
    });
  });

  test('returns no page outside of a run', () => {
    expect(readSettings(required)).toEqual({ token, apiUrl: 'https://api.github.com', owner: 'example', repo: 'captions', sha });
  });

  test('names all missing variables in one usage failure', () => {
    expect(() => readSettings({ GITHUB_TOKEN: '' })).toThrow(
      expect.objectContaining({
        exitCode: exitCodes.usage,
        message: '--github cannot report to GitHub: GITHUB_TOKEN is not set, GITHUB_REPOSITORY is not set, GITHUB_SHA is not set',
      }),
    );
  });

  test.each([
    ['GITHUB_SHA', 'main'],
    ['GITHUB_REPOSITORY', 'captions'],
    ['GITHUB_RUN_ID', '7; rm'],
    ['GITHUB_API_URL', 'http://git.example.com/api/v3'],
    ['GITHUB_API_URL', 'nowhere'],
    ['GITHUB_SERVER_URL', 'javascript:alert(1)'],
  ])('throws for %s = %p with the name, and without the value and the token', (name, value) => {
    const act = () => readSettings({ ...required, [name]: value });
    expect(act).toThrow(`--github cannot report to GitHub: ${name} is invalid`);
    expect(act).not.toThrow(value);
    expect(act).not.toThrow(token);
  });
});
