import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { fileVariable, isSecret, settingNames } from '../contract/settings.ts';
import { parseSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('A secret in a file', () => {
  test('is the setting, without the line end that editors add', () => {
    const REDIS_URL_FILE = file('redis', 'redis://cache:6379/0\n');
    expect(parseSettings({ REDIS_URL_FILE })).toMatchObject({ settings: { REDIS_URL: 'redis://cache:6379/0' } });
  });

  test('counts where an environment requires the setting', () => {
    const DATABASE_URL_FILE = file('database', 'postgresql://db/x');
    expect(parseSettings({ ENVIRONMENT: 'production', ROLE: 'migrate', DATABASE_URL_FILE })).toHaveProperty('settings');
  });

  test('that is empty counts as not set', () => {
    expect(parseSettings({ OPENAI_API_KEY_FILE: file('empty', '\n') })).toMatchObject({ settings: { OPENAI_API_KEY: undefined } });
  });

  test('that is set in the environment too is rejected, and neither value is printed', () => {
    const parsed = parseSettings({ SECRET_KEY: 'hunter2'.repeat(5), SECRET_KEY_FILE: file('key', 'hunter3'.repeat(5)) });
    expect(parsed).toEqual({ violations: ['SECRET_KEY_FILE: SECRET_KEY is set too; keep one of them'] });
  });

  test('that does not exist is reported with its variable and path', () => {
    const parsed = parseSettings({ SECRET_KEY_FILE: join(folder, 'absent') });
    expect(parsed).toEqual({ violations: [expect.stringMatching(/^SECRET_KEY_FILE: .*absent cannot be read: Error: ENOENT/)] });
  });

  test('that is a folder, which Docker makes of a file that is missing, is reported with its path', () => {
    const parsed = parseSettings({ SECRET_KEY_FILE: folder });
    expect(parsed).toEqual({ violations: [expect.stringMatching(`^SECRET_KEY_FILE: ${folder} cannot be read: Error: EISDIR`)] });
  });

  test('is named by a variable that is no setting itself', () => {
    const variables: readonly string[] = settingNames.filter(isSecret).map(fileVariable);
    expect(settingNames.filter((name) => variables.includes(name))).toEqual([]);
  });
});
