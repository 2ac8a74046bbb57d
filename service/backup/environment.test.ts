import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSecret, settingNames } from '../../contract/settings.ts';
import { configurationText, parseBackupVariables, recipientOf } from './environment.ts';
import { libpqVariables } from './host.ts';

test('The configuration of a set has settings, and neither secrets nor unknown variables nor credentials of a URL', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 12, unit: fc.constantFrom(...'abcdefghij0123456789') }), (secret) => {
      const env = {
        ...Object.fromEntries(settingNames.filter(isSecret).map((name) => [name, secret])),
        UNKNOWN: secret,
        OPENAI_BASE_URL: `https://user:${secret}@models.example.org/v1`,
        LOG_LEVEL: 'warn',
        RETENTION_DAYS: '14',
      };
      const text = configurationText(env);
      expect(text).toBe('LOG_LEVEL=warn\nOPENAI_BASE_URL=https://models.example.org/v1\nRETENTION_DAYS=14\n');
    }),
  );
});

test('Without a recipient there is no backup, and none is a decision', () => {
  expect(() => recipientOf({})).toThrow('BACKUP_RECIPIENT is not set');
  expect(() => recipientOf({ BACKUP_RECIPIENT: 'ssh-rsa AAAA' })).toThrow('must be a recipient of age');
  expect(recipientOf({ BACKUP_RECIPIENT: 'none' })).toBe('none');
});

test('Days and sets of the retention are those of the variables', () => {
  expect(parseBackupVariables({})).toEqual({ folder: 'backups', retention: { days: 30, sets: 7 } });
  expect(parseBackupVariables({ BACKUP_DIR: '/backups', RETENTION_DAYS: '7', RETENTION_SETS: '3' })).toEqual({
    folder: '/backups',
    retention: { days: 7, sets: 3 },
  });
  expect(() => parseBackupVariables({ RETENTION_SETS: '0' })).toThrow('RETENTION_SETS must be at least 1');
  expect(() => parseBackupVariables({ RETENTION_DAYS: 'week' })).toThrow('RETENTION_DAYS');
});

test('The connection is that of DATABASE_URL, then DB_NAME and DB_USER, then the variables of libpq', () => {
  expect(libpqVariables({ DATABASE_URL: 'postgresql://ada:p%40ss@db:5433/captions?sslmode=require' })).toMatchObject({
    PGHOST: 'db',
    PGPORT: '5433',
    PGUSER: 'ada',
    PGPASSWORD: 'p@ss',
    PGDATABASE: 'captions',
    PGSSLMODE: 'require',
  });
  expect(libpqVariables({ DB_NAME: 'captions', DB_USER: 'ada', PGHOST: 'db' })).toMatchObject({
    PGHOST: 'db',
    PGUSER: 'ada',
    PGDATABASE: 'captions',
  });
  expect(() => libpqVariables({})).toThrow('DATABASE_URL is not set');
});
