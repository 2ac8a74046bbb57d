import type { Endpoint } from './endpoint.ts';

const read = { group: 'Sources', permission: 'Read', rateLimit: 'api', port: 'http' } as const;
const administration = { ...read, permission: 'Admin' } as const;

export const newsSourcesEndpoints = {
  createSource: {
    ...administration,
    method: 'POST',
    path: '/api/sources',
    idempotent: true,
    problems: ['conflict'],
    summary: 'Add a source of news',
    description:
      'Adds a feed, a sitemap or a page with a list of links, and schedules its first fetch. An active source needs a compliance score of at least 65: below it, the response is 422 with what lowers the score. Fails with 409 if the name or the URL is taken.',
  },
  listSources: {
    ...read,
    method: 'GET',
    path: '/api/sources',
    summary: 'The sources, by name',
    description: 'Lists all sources, inactive ones included, in pages, each with its compliance score and its last fetch.',
  },
  readSource: {
    ...read,
    method: 'GET',
    path: '/api/sources/:id',
    summary: 'One source',
    description: 'Returns the source with its compliance score, the reasons of the score, and its last fetch.',
  },
  updateSource: {
    ...administration,
    method: 'PATCH',
    path: '/api/sources/:id',
    problems: ['conflict'],
    summary: 'Change a source',
    description:
      'Changes the fields that you send; null removes an optional one. The compliance score is computed again: below 65, an active source returns 422 with what lowers the score, and an inactive one is changed. Fails with 409 if the name or the URL is taken.',
  },
  deleteSource: {
    ...administration,
    method: 'DELETE',
    path: '/api/sources/:id',
    summary: 'Delete a source with its articles and fetches',
    description: 'Deletes its articles and the list of its fetches too. To keep the articles, set `is_active` to false instead.',
  },
  listSourceFetches: {
    ...read,
    method: 'GET',
    path: '/api/sources/:id/fetches',
    summary: 'The fetches of a source, newest first',
    description:
      'Lists scheduled and requested fetches with their outcome, the reason of a failure or refusal, and the articles that were found.',
  },
} as const satisfies Record<string, Endpoint>;
