import { inPart, planned, type Rows, ran, ranAll, replaced, row, written } from './row.ts';

/** Documents and environment variables. */
export const documentsRows = {
  'DO-01': row('Runbooks', ['G0'], ran('tests/rules/runbooks.test.ts', 'have queries that Prometheus parses')),
  'DO-02': row(
    'Pre-deploy checklist',
    ['G0'],
    inPart(
      ranAll(
        ['tests/rules/readiness.test.ts', 'has a result for each item of preflight, and the missing backup fails with its fix'],
        [
          'scripts/readiness/cluster-target.test.ts',
          'of a running release checks the database, the age of its dump and the network policies',
        ],
      ),
      'against a real service by URL, and an API server that tests replace; not yet against a real cluster or Docker',
    ),
  ),
  'DO-03': row(
    'Post-deploy checklist',
    ['G0'],
    inPart(
      ranAll(
        ['tests/rules/readiness.test.ts', 'passes postflight; what needs other programs is not checkable, with the flag to pass'],
        ['tests/rules/readiness.test.ts', 'queries Prometheus for targets and alerts: a firing or missing alert and a lost target fail'],
      ),
      'against a real service by URL; not yet against a real cluster or Docker',
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
  'DO-06': row('Architecture diagrams', ['G0', 'G1', 'G2'], written('docs/architecture.md')),
  'DO-07': row('Phase readme', ['G1'], planned),
  'DO-08': row('File-tree deliverables', ['G1', 'G2', 'G3'], planned),
  'DO-09': row(
    'Incident response, SLA monitoring',
    ['G1'],
    inPart(
      ran('tests/services/slo.test.ts', 'the report in Markdown has a row for every day of every objective'),
      'incident response is a page: docs/runbooks/incident.md',
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
    inPart(
      ranAll(
        ['service/settings.test.ts', 'have the names that the guides give them, and DEBUG selects the log level'],
        ['service/settings.test.ts', 'that have no effect here are reported with what replaces them, unless they are empty'],
      ),
      'API_RELOAD is reported and has no effect: npm run dev',
    ),
  ),
  'EN-03': row('Security', ['G0', 'G2', 'G3'], ran('service/settings.test.ts', 'are read in the form that the guides write them')),
  'EN-04': row('AI', ['G0', 'G2'], ran('service/settings.test.ts', 'are read in the form that the guides write them')),
  'EN-05': row(
    'Data',
    ['G0', 'G2', 'G3'],
    inPart(ran('service/settings.test.ts', 'are read in the form that the guides write them'), 'POSTGRES_* in compose files only'),
  ),
  'EN-06': row(
    'Monitoring',
    ['G0', 'G2', 'G3'],
    inPart(
      ranAll(
        ['tests/services/error-reports.test.ts', 'reports a 500 with request id and route, and no refusal'],
        ['service/metrics-port.test.ts', '/metrics is nowhere where ENABLE_METRICS is false'],
        ['service/telemetry/telemetry.test.ts', 'writes probes at level debug'],
      ),
      'ES_JAVA_OPTS, because no Elasticsearch is deployed; GRAFANA_PASSWORD is the secret GF_SECURITY_ADMIN_PASSWORD',
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
    ran('service/backup/environment.test.ts', 'Days and sets of the retention are those of the variables'),
  ),
  'EN-10': row(
    'Env files',
    ['G0', 'G2', 'G3'],
    inPart(
      ran('tests/rules/compose.test.ts', 'makes what $file reads, prints none of it, and leaves it as it is the next time'),
      'only .env.example is committed',
    ),
  ),
} as const satisfies Rows;
