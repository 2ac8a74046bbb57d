import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { spanish, translated } from './service-texts.ts';

const service = join(import.meta.dirname, '../..');
const sources = globSync(['accounts/*.ts', 'batches/*.ts', 'captions/*.ts', 'usage/*.ts'], { cwd: service })
  .filter((path) => !path.endsWith('.test.ts'))
  .map((path) => readFileSync(join(service, path), 'utf8'))
  .join('\n');

test.each(Object.keys(spanish))('the service still explains: %s', (text) => expect(sources).toContain(`'${text}'`));

test('an unknown explanation stays as it is', () => {
  expect(translated('Something new.', 'es')).toBe('Something new.');
  expect(translated('This user name is taken.', 'en')).toBe('This user name is taken.');
  expect(translated('This user name is taken.', 'es')).toBe('Este nombre de usuario ya existe.');
});
