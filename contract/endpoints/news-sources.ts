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
      'Adds a feed, a sitemap or a page with a list of links, and schedules its first fetch. An active source needs a compliance score of at least 65: below it, the response is 422 with what lowers the score. Validate the URL first: robots.txt then counts. Fails with 409 if the name or the URL is taken.',
  },
  listSources: {
    ...read,
    method: 'GET',
    path: '/api/sources',
    summary: 'The sources, by name',
    description: 'Lists all sources, inactive ones included, in pages, each with its compliance score and its last fetch.',
  },
  /** Declared before the paths with an id, which match it as well. */
  validateNewSource: {
    ...administration,
    method: 'POST',
    path: '/api/sources/validate',
    summary: 'Check a source before it is added',
    description:
      'Reads robots.txt and, if it allows the URL, requests the document once, after the delay of the host. Returns what was found, the first entries, the compliance score with its reasons, and problems. Changes no source.',
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
  validateSource: {
    ...administration,
    method: 'POST',
    path: '/api/sources/:id/validate',
    summary: 'Check a source again',
    description:
      'As the validation of a new source, and stores the compliance score. If the score is below 65 now, the source becomes inactive. The articles that are found are not stored.',
  },
  fetchSource: {
    ...administration,
    method: 'POST',
    path: '/api/sources/:id/fetch',
    idempotent: true,
    problems: ['conflict'],
    summary: 'Fetch a source now',
    description:
      'Queues a fetch and returns it with 202; poll the list of fetches for its outcome. If a fetch of the source is queued already, it is returned. Fails with 409 if the source is inactive, or if the operator has set no contact for the User-Agent.',
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
