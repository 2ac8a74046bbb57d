import { describe, expect, test } from '@jest/globals';
import { clients, features } from '../clients/clients.ts';
import { snippetOf } from '../clients/page.ts';
import { files, read } from './sources.ts';

const page = read('docs/clients.md');

describe('docs/clients.md (npm run test:clients)', () => {
  test.each(clients)('connects $name as its test does, in the version that is tested', (client) => {
    expect(page).toContain(snippetOf(client));
    expect(page).toContain(`| ${client.name} | ${client.packages.join(' ')} |`);
  });

  test('has a column for each feature, and no feature that fails', () => {
    expect(page).toContain(`| client | version | ${features.join(' | ')} |`);
    expect(page).not.toContain('| fails ');
    expect(page).not.toContain('| fails |');
  });
});

test('every file of service/testing/cases is the input of a test', () => {
  const tests = files().filter((path) => path.startsWith('service/') && path.endsWith('.test.ts'));
  const text = tests.map(read).join('\n');
  const cases = files().filter((path) => path.startsWith('service/testing/cases/'));
  expect(cases.length).toBeGreaterThan(20);
  expect(cases.filter((path) => !text.includes(path.replace(/^.*\//, '').replace(/\.(json|sse)$/, '')))).toEqual([]);
});
