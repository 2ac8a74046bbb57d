import { type Rows, ran, ranAll, replaced, row } from './row.ts';

/** Documents and environment variables. */
export const documentsRows = {
  'DO-01': row('Runbooks', ['G0'], ran('tests/rules/runbooks.test.ts', 'have queries that Prometheus parses')),
  'DO-02': row(
    'Pre-deploy checklist',
    ['G0'],
    ranAll(
      ['tests/services/readiness.test.ts', 'passes each item of preflight that this machine can check, and the others say what to pass'],
      ['tests/docker/production.test.ts', 'passes validate, preflight, postflight and slo'],
      ['tests/e2e/readiness.test.ts', 'passes each item of preflight'],
    ),
  ),
  'DO-03': row(
    'Post-deploy checklist',
    ['G0'],
    ranAll(
      ['tests/services/readiness.test.ts', 'passes postflight, with the objectives that slo measures'],
      ['tests/docker/production.test.ts', 'passes validate, preflight, postflight and slo'],
      ['tests/e2e/readiness.test.ts', 'passes postflight, with the objectives that slo measures'],
    ),
  ),
  'DO-04': row('Escalation contacts', ['G0'], ran('tests/rules/runbooks.test.ts', '%s has a first query, and says how to escalate')),
  'DO-05': row(
    'Troubleshooting chapter',
    ['G2'],
    ran(
      'tests/rules/troubleshooting.test.ts',
      'docs/troubleshooting.md has a first command for every error that the caller cannot correct',
    ),
  ),
  'DO-06': row(
    'Architecture diagrams',
    ['G0', 'G1', 'G2'],
    ran('tests/judges/mermaid.test.ts', 'draws every diagram of the documents, with a text in each node'),
  ),
  'DO-07': row('Phase readme', ['G1'], ran('tests/rules/command-lines.test.ts', 'every command line that replaces one of a guide')),
  'DO-08': row(
    'File-tree deliverables',
    ['G1', 'G2', 'G3'],
    ran('tests/rules/guides.test.ts', 'every object and file that docs/guides/%s.md names exists'),
  ),
  'DO-09': row(
    'Incident response, SLA monitoring',
    ['G1'],
    ranAll(
      ['tests/services/slo.test.ts', 'the report in Markdown has a row for every day of every objective'],
      ['tests/e2e/readiness.test.ts', 'runs the first commands of an incident'],
      ['tests/rules/command-lines.test.ts', 'every command line of the page about incidents'],
    ),
  ),
  'EN-01': row(
    'App',
    ['G0', 'G2', 'G3'],
    ranAll(
      ['service/settings.test.ts', 'are read in the form that the guides write them'],
      ['service/settings.test.ts', 'have the names that the guides give them, and DEBUG selects the log level'],
      ['tests/services/processes.test.ts', 'share ports, limits, tokens and metrics; one migrates and prints the welcome'],
    ),
  ),
  'EN-02': row(
    'App, G2 names',
    ['G2'],
    ranAll(
      ['service/settings.test.ts', 'have the names that the guides give them, and DEBUG selects the log level'],
      [
        'service/settings.test.ts',
        'that have no effect here are reported with what replaces them, unless they are empty or change nothing',
      ],
    ),
  ),
  'EN-03': row('Security', ['G0', 'G2', 'G3'], ran('service/settings.test.ts', 'are read in the form that the guides write them')),
  'EN-04': row('AI', ['G0', 'G2'], ran('service/settings.test.ts', 'are read in the form that the guides write them')),
  'EN-05': row(
    'Data',
    ['G0', 'G2', 'G3'],
    ranAll(
      ['service/settings.test.ts', 'are read in the form that the guides write them'],
      ['tests/docker/local.test.ts', 'builds the image and starts every service healthy, after a migration that succeeds'],
      ['tests/e2e/local.test.ts', 'keeps what it stores in PostgreSQL, and what it may forget in Redis'],
    ),
  ),
  'EN-06': row(
    'Monitoring',
    ['G0', 'G2', 'G3'],
    ranAll(
      ['tests/services/error-reports.test.ts', 'reports a 500 with request id and route, and no refusal'],
      ['service/metrics-port.test.ts', '/metrics is nowhere where ENABLE_METRICS is false'],
      ['service/telemetry/telemetry.test.ts', 'writes probes at level debug'],
      [
        'service/settings.test.ts',
        'that have no effect here are reported with what replaces them, unless they are empty or change nothing',
      ],
    ),
  ),
  'EN-07': row('TLS', ['G0'], replaced('TLS ends at the edge (cert-manager); inside the cluster the service speaks HTTP.')),
  'EN-08': row(
    'Frontend',
    ['G2'],
    replaced('The page is in the image of the API and calls its own origin: no VITE_API_URL. NODE_ENV is production in the image.'),
  ),
  'EN-09': row(
    'Scripts / CI',
    ['G2', 'G3'],
    ranAll(
      ['service/backup/environment.test.ts', 'Days and sets of the retention are those of the variables'],
      [
        'service/backup/environment.test.ts',
        'The connection is that of DATABASE_URL, then DB_NAME and DB_USER, then the variables of libpq',
      ],
    ),
  ),
  'EN-10': row(
    'Env files',
    ['G0', 'G2', 'G3'],
    ranAll(
      ['tests/docker/production.test.ts', 'deploys the first release of an empty host: everything is healthy'],
      [
        'tests/docker/staging.test.ts',
        'becomes healthy and returns a caption for the host name of the environment file, and 421 for others',
      ],
      ['tests/rules/documents.test.ts', '%s equals its source (npm run docs)'],
    ),
  ),
} as const satisfies Rows;
