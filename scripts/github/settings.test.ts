import { describe, expect, test } from '@jest/globals';
import { exitCodes } from '../cli/exit-codes.ts';
import { readSettings } from './settings.ts';
import { token } from './testing/fake-github.ts';

const sha = 'a'.repeat(40);
const needed = { GITHUB_TOKEN: token, GITHUB_REPOSITORY: 'example/captions', GITHUB_SHA: sha };

describe('what telling GitHub needs', () => {
  test('is read from what GitHub Actions gives, with the page of this very attempt', () => {
    const run = { GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '2', GITHUB_REF_NAME: 'main', GITHUB_SERVER_URL: 'https://git.example.com' };
    expect(readSettings({ ...needed, ...run, GITHUB_API_URL: 'https://git.example.com/api/v3/' })).toEqual({
      token,
      apiUrl: 'https://git.example.com/api/v3',
      owner: 'example',
      repo: 'captions',
      sha,
      refName: 'main',
      runUrl: 'https://git.example.com/example/captions/actions/runs/7/attempts/2',
    });
  });

  test('is enough without a run: then there is no page', () => {
    expect(readSettings(needed)).toEqual({ token, apiUrl: 'https://api.github.com', owner: 'example', repo: 'captions', sha });
  });

  test('is named all together where it lacks, in one usage error', () => {
    expect(() => readSettings({ GITHUB_TOKEN: '' })).toThrow(
      expect.objectContaining({
        exitCode: exitCodes.usage,
        message: '--github cannot tell GitHub: GITHUB_TOKEN is not set, GITHUB_REPOSITORY is not set, GITHUB_SHA is not set',
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
  ])('is refused where %s is %p: its name is said, its value is not, nor the token', (name, value) => {
    const act = () => readSettings({ ...needed, [name]: value });
    expect(act).toThrow(`--github cannot tell GitHub: ${name} is not what GitHub gives`);
    expect(act).not.toThrow(value);
    expect(act).not.toThrow(token);
  });
});
