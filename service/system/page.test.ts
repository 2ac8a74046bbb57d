import { expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { landingPage } from './page.ts';

test('The landing page lists every endpoint, and links only to what its own port answers', () => {
  const page = landingPage('Title', 'Description', '/style.css');
  for (const { path } of Object.values(endpoints)) expect(page).toContain(`${path}<`);
  expect(page).toContain(`<a href="${endpoints.health.path}">`);
  expect(page).not.toContain(`<a href="${endpoints.graphql.path}">`);
});
