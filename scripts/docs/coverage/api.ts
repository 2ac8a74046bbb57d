import { type Rows, ran, ranAll, replaced, row } from './row.ts';

/** The service API. */
export const apiRows = {
  'API-01': row('Product and version', ['G0'], ran('tests/rules/dockerfile.test.ts', 'of the version')),
  'API-02': row('Caption generation endpoint', ['G0'], ran('service/app.test.ts', 'of guide G0 returns a caption about the description')),
  'API-03': row(
    'Generate request body fields',
    ['G0'],
    ran('service/app.test.ts', 'that is invalid returns a pointer to each invalid field'),
  ),
  'API-04': row('Generate auth and content type', ['G0'], ran('service/app.test.ts', 'with %s returns %s')),
  'API-05': row(
    'Liveness / health endpoint',
    ['G0', 'G1', 'G2', 'G3'],
    ran('service/system/system.test.ts', 'say healthy and ready while everything is up'),
  ),
  'API-06': row(
    'Readiness endpoint',
    ['G0'],
    ran('service/system/system.test.ts', 'with a database that was never reached: alive, not ready, and the database is named'),
  ),
  'API-07': row(
    'Prometheus metrics endpoint',
    ['G0', 'G3'],
    ran('service/metrics-port.test.ts', 'answers by origin and permission, if METRICS_PORT is %s'),
  ),
  'API-08': row('Detailed health endpoint', ['G1'], ran('service/system/system.test.ts', 'with Redis down: ready, and degraded in detail')),
  'API-09': row(
    'Health JSON content',
    ['G3'],
    ran('service/system/system.test.ts', 'with a database that went down after it was reached: still ready, and both report it'),
  ),
  'API-10': row(
    'Query endpoint',
    ['G1'],
    ran('service/queries/queries.test.ts', 'returns the answer, its cost, the model and the reason for it'),
  ),
  'API-11': row(
    'Models endpoint',
    ['G1'],
    ran('service/queries/queries.test.ts', 'are listed with what they can do, cost, and whether they answer'),
  ),
  'API-12': row(
    'REST metrics endpoint',
    ['G1'],
    ran('service/system/process-metrics.test.ts', 'The JSON metrics count requests and errors of this process, for callers that may read'),
  ),
  'API-13': row(
    'Batch endpoint',
    ['G1'],
    ran('service/batches/batches.test.ts', 'as JSON or JSON Lines returns 202 with the location of the batch'),
  ),
  'API-14': row(
    'Automatic interactive docs (OpenAPI)',
    ['G1'],
    ran('service/system/system.test.ts', 'is a page whose every file comes from this process'),
  ),
  'API-15': row('GraphQL endpoint', ['G1'], ran('service/graphql/graphql.test.ts', 'runs queries and generates captions')),
  'API-16': row('GraphQL types', ['G1'], ran('service/graphql/graphql.test.ts', 'equals the committed schema.graphql (npm run schema)')),
  'API-17': row('GraphQL mutations', ['G1'], ran('service/graphql/graphql.test.ts', 'of %s is the permission of its REST endpoint')),
  'API-18': row('GraphQL queries', ['G1'], ran('service/graphql/graphql.test.ts', 'runs queries and generates captions')),
  'API-19': row(
    'GraphQL playground',
    ['G1'],
    ran('tests/browser/documentation.test.ts', 'runs a query with the session at $width px, $scheme'),
  ),
  'API-20': row('GraphQL schema docs and validation', ['G1'], ran('service/graphql/graphql.test.ts', 'describes every type')),
  'API-21': row(
    'Login endpoint',
    ['G1', 'G2'],
    ran('service/accounts/accounts.test.ts', 'answers tokens that carry the rights of the user, under both paths'),
  ),
  'API-22': row('Create user', ['G3'], replaced('`POST /users` returns 201 with Location (RFC 9110, section 9.3.3) instead of 200.')),
  'API-23': row(
    'Read one user',
    ['G3'],
    ran('service/accounts/accounts.test.ts', 'are read from the cache into which they were written, after each change the new'),
  ),
  'API-24': row(
    'List users',
    ['G3'],
    ran('service/accounts/accounts.test.ts', 'are unique by name and address, ignoring case, and listed by name in pages'),
  ),
  'API-25': row(
    'Cache statistics',
    ['G3'],
    ran('service/system/cache-stats.test.ts', 'The cache reports its hits and misses, and that it has no Redis'),
  ),
  'API-26': row(
    'Root endpoint',
    ['G3'],
    ran('service/system/web-page.test.ts', 'is served to browsers, JSON to other clients, and caches check both'),
  ),
  'API-27': row(
    'Static files route',
    ['G3'],
    ran(
      'service/system/web-page.test.ts',
      'loads only files of this service, which clients may keep for a year because their names change with their content',
    ),
  ),
  'API-28': row(
    'AI provider',
    ['G0', 'G2'],
    ran('service/providers/openai/openai.test.ts', 'turns its JSON into captions, clean hashtags and the usage that the endpoint counted'),
  ),
  'API-29': row('Robust input validation', ['G0'], ran('service/bodies.test.ts', 'as the body of %s')),
  'API-30': row('Response compression', ['G0'], ran('service/app.test.ts', 'is compressed where it is long and the caller can read it')),
  'API-31': row(
    'Asynchronous processing',
    ['G0', 'G1'],
    ran('service/batches/batches.test.ts', 'that runs twice answers and bills each item once, queries and odd characters too'),
  ),
  'API-32': row(
    'Connection pooling',
    ['G0'],
    ran('tests/services/database.test.ts', 'that stopped responding are used at most once more and then replaced'),
  ),
  'API-33': row(
    'CORS middleware, restrictive origins',
    ['G0', 'G1', 'G2'],
    ran('service/app.test.ts', 'lets a listed origin in and no other'),
  ),
  'API-34': row('Trusted-host middleware', ['G0', 'G1'], ran('service/http/hosts-and-addresses.test.ts', '%s returns %i')),
  'API-35': row(
    'Error-handling middleware',
    ['G1'],
    ran('service/app.test.ts', 'with an unexpected error is a 500 without details for the caller, and the log has the error'),
  ),
  'API-36': row(
    'Request ID per request',
    ['G0', 'G3'],
    ran('service/app.test.ts', 'keeps the request id of a caller that is sane and replaces one that is not'),
  ),
  'API-37': row('Model routing result', ['G1'], ran('service/models/selection.test.ts', 'gives the reason for each position')),
  'API-38': row(
    'Startup and shutdown hooks',
    ['G3'],
    ran(
      'tests/services/process.test.ts',
      'prints a key on its first start, accepts it, and completes every request when it is stopped under load',
    ),
  ),
  'API-39': row(
    'Listen address, port, workers',
    ['G0', 'G2', 'G3'],
    ranAll(
      ['tests/services/processes.test.ts', 'share ports, limits, tokens and metrics; one migrates and prints the welcome'],
      ['tests/services/processes.test.ts', 'complete every request when they are stopped under load, and exit with code 0'],
      ['tests/services/processes.test.ts', 'continue when one of them is killed: it is replaced, and no counter decreases'],
    ),
  ),
  'API-40': row(
    'Frontend dashboard web app',
    ['G2'],
    ranAll(
      ['tests/browser/news.test.ts', 'show the week with its change, and every chart with the same numbers in a table'],
      ['tests/browser/news.test.ts', 'need only the keyboard: search, open an article, and return'],
    ),
  ),
  'API-41': row(
    'Analytics service',
    ['G2'],
    ranAll(
      ['tests/services/roles.test.ts', '%s: starts, is live and ready, passes the health check of the image, and stops on SIGTERM'],
      ['service/news/analysis/stage.test.ts', 'stores the analysis of each article that waits, with its explanation'],
    ),
  ),
  'API-42': row(
    'Scraper service',
    ['G2'],
    ranAll(
      ['tests/services/scraper.test.ts', 'fetches due sources, and opens no connection to a private address'],
      ['tests/services/scraper.test.ts', 'never fetch one source at the same time, and wait 2 s between the requests to a host'],
    ),
  ),
  'API-43': row(
    'NLP service',
    ['G2'],
    ranAll(
      ['tests/services/news-analysis.test.ts', 'analyzes each article once although one of two processes is killed in the middle'],
      [
        'tests/services/news-analysis.test.ts',
        'analyzes articles again after the subject changed, and counts the relevant ones of the new subject only',
      ],
      ['service/news/analysis/accuracy.test.ts', 'the tone is right as often as documented'],
    ),
  ),
  'API-44': row(
    'File exports',
    ['G2'],
    ranAll(
      ['service/news/exports/exports.test.ts', 'of $dataset as $kind has a file of that form in both languages'],
      ['service/news/exports/formats/tables.test.ts', 'has dates and numbers as values with a format, and text as text'],
      ['service/news/exports/formats/draw.test.ts', 'shows a title in %s letters'],
      ['tests/services/news-exports.test.ts', 'is written again by another process, and nothing of the first attempt is served'],
    ),
  ),
  'API-45': row(
    'WebSocket / upgrade pass-through',
    ['G2', 'G3'],
    ran('tests/services/nginx-variants.test.ts', 'to a WebSocket works in both directions, to another protocol it is not forwarded'),
  ),
  'API-46': row(
    'API gateway role',
    ['G1'],
    ran('tests/e2e/local.test.ts', 'leads GraphQL to its own workload, and streams what is streamed'),
  ),
  'API-47': row(
    'Circuit breakers',
    ['G1'],
    ran('service/models/circuit-breaker.test.ts', 'opens after three failures in a row, and only in a row'),
  ),
  'API-48': row(
    'Probe user agent',
    ['G3'],
    ran('service/healthcheck.test.ts', 'requests /health as the user agent of health checks, and fails with the status if it is not 200'),
  ),
} as const satisfies Rows;
