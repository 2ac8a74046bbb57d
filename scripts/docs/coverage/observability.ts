import { inPart, parsed, type Rows, ran, ranAll, replaced, row } from './row.ts';

const firesAndIsSilent = ['manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'] as const;
/** By a real Prometheus and Alertmanager. */
const delivered = [
  'tests/services/alerting.test.ts',
  'delivers alerts of wrong logins and of a model that is down, groups alerts by name, silences consequences, and reports what is resolved',
] as const;

/** Observability and alerts. */
export const observabilityRows = {
  'OB-01': row(
    'Request counter',
    ['G0'],
    ranAll(
      ['service/telemetry/telemetry.test.ts', 'have bounded label values for unknown paths and methods'],
      [
        'service/metrics-labels.test.ts',
        '10,000 requests with random paths, methods, models, keys and hosts add no series to those of the first of each kind',
      ],
    ),
  ),
  'OB-02': row(
    'Latency histogram',
    ['G0'],
    ran('service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'),
  ),
  'OB-03': row(
    'Cache counters',
    ['G0'],
    ran('service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'),
  ),
  'OB-04': row(
    'Key metrics to show',
    ['G0'],
    ran('tests/services/dashboards.test.ts', 'have a value for every query while the service is under load'),
  ),
  'OB-05': row(
    'JSON metric fields',
    ['G3'],
    ran('service/system/process-metrics.test.ts', 'The JSON metrics count requests and errors of this process, for callers that may read'),
  ),
  'OB-06': row(
    'HTTP error counting',
    ['G3'],
    ran('service/telemetry/telemetry.test.ts', 'writes a line for every response of 400 or higher'),
  ),
  'OB-07': row(
    'Prometheus server',
    ['G0', 'G1', 'G2', 'G3'],
    ran('tests/e2e/monitoring.test.ts', 'Prometheus scrapes every pod of every role'),
  ),
  'OB-08': row(
    'Prometheus flags',
    ['G2', 'G3'],
    replaced('Configuration and storage path are those of the guide; Prometheus 3 has no console templates.'),
  ),
  'OB-09': row('Prometheus scrape config', ['G3'], ran('tests/e2e/monitoring.test.ts', 'Prometheus scrapes every pod of every role')),
  'OB-10': row('Metrics port switch', ['G2'], ran('service/metrics-port.test.ts', '/metrics is nowhere where ENABLE_METRICS is false')),
  'OB-11': row(
    'Grafana',
    ['G0', 'G1', 'G2', 'G3'],
    inPart(
      parsed('tests/judges/grafana-sdk.test.ts', '%s has the schema of a dashboard'),
      'Grafana itself is not run, because of its licence: a cluster has taken its objects, Docker Compose its service',
    ),
  ),
  'OB-12': row(
    'Preconfigured dashboards',
    ['G0', 'G1', 'G2', 'G3'],
    inPart(
      ran('tests/services/dashboards.test.ts', 'have a value for every query while the service is under load'),
      'no test loads the dashboards into a Grafana, because of its licence; Grafana’s types read them',
    ),
  ),
  'OB-13': row(
    'Tracing',
    ['G1'],
    ran('tests/services/tracing.test.ts', 'is one connected trace in Jaeger, through both processes, the stores and the text model'),
  ),
  'OB-14': row(
    'Request tracing IDs',
    ['G0', 'G3'],
    ran('service/app.test.ts', 'keeps the request id of a caller that is sane and replaces one that is not'),
  ),
  'OB-15': row(
    'Structured JSON logs',
    ['G0', 'G2', 'G3'],
    replaced(
      'JSON lines: timestamp (ISO 8601 in place of asctime), level, message, module and the fields of the event in every line; function in lines of the HTTP layer. No line: a stack per line costs more than the line, and names the bundle. "names its module once in every line" in service/telemetry/telemetry.test.ts.',
    ),
  ),
  'OB-16': row(
    'Request start / completed logs',
    ['G3'],
    ran('service/telemetry/telemetry.test.ts', 'writes one line at the start and one at the end of a request'),
  ),
  'OB-17': row(
    'Quiet noisy loggers',
    ['G2'],
    replaced(
      'SQL is not logged, and probes are at level debug; other requests have two lines, which LOG_LEVEL=warn hides, and are sampled above LOG_REQUESTS_PER_SECOND.',
    ),
  ),
  'OB-18': row(
    'Log level',
    ['G0', 'G2', 'G3'],
    ran('tests/services/log-level.test.ts', 'A process logs at level debug after SIGUSR2, and at its own level after another'),
  ),
  'OB-19': row(
    'Loki + Promtail',
    ['G2'],
    replaced(
      "Loki with Alloy (manifests/monitoring/logs.ts), in the cluster and in compose.monitoring.yaml: Promtail is end of life. In the cluster Alloy reads logs through the API, not from the node's files. No test runs Loki, because of its licence; Alloy's parser reads its configuration.",
    ),
  ),
  'OB-20': row(
    'Elasticsearch',
    ['G3'],
    replaced(
      'Loki stores the logs (manifests/monitoring/monitoring-stack.ts); Elasticsearch is not part of a deployment, Fluent Bit (OB-21) writes to an existing one.',
    ),
  ),
  'OB-21': row(
    'Fluent Bit',
    ['G0'],
    ranAll(
      [
        'tests/services/fluent-bit.test.ts',
        'sends each field of each line of the service with the data of its pod to the index, and nothing of other namespaces',
      ],
      ['tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'],
    ),
  ),
  'OB-22': row(
    'Sentry',
    ['G0', 'G2'],
    ran('tests/services/error-reports.test.ts', 'reports a 500 with request id and route, and no refusal'),
  ),
  'OB-23': row(
    'App and system metrics',
    ['G1'],
    ranAll(
      ['service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'],
      ['tests/services/dashboards.test.ts', 'have a value for every query while the service is under load'],
    ),
  ),
  'OB-24': row(
    'Health checks + readiness probes',
    ['G0', 'G1'],
    ran('service/system/system.test.ts', 'say healthy and ready while everything is up'),
  ),
  'OB-25': row(
    'Audit logs',
    ['G2'],
    ran(
      'service/accounts/accounts.test.ts',
      'lists every change with actor, action, object and request, the newest first, without secrets',
    ),
  ),
  'OB-26': row('Security monitoring', ['G2'], ranAll(firesAndIsSilent, delivered)),
  'OB-27.1': row(
    'Next phase: Prometheus in detail',
    ['G1'],
    ran('tests/e2e/monitoring.test.ts', 'Prometheus scrapes every pod of every role'),
  ),
  'OB-27.2': row(
    'Next phase: Custom Grafana dashboards',
    ['G1'],
    inPart(
      ran('tests/services/dashboards.test.ts', 'have a value for every query while the service is under load'),
      'no test loads the dashboards into a Grafana, because of its licence; Grafana’s types read them',
    ),
  ),
  'OB-27.3': row('Next phase: Alerting', ['G1'], ranAll(firesAndIsSilent, delivered)),
  'OB-27.4': row(
    'Next phase: Centralized logging',
    ['G1'],
    ran(
      'tests/services/fluent-bit.test.ts',
      'sends each field of each line of the service with the data of its pod to the index, and nothing of other namespaces',
    ),
  ),
  'OB-27.5': row(
    'Next phase: Tracing',
    ['G1'],
    ran('service/tracing/tracing.test.ts', 'is one trace of the request, the call of the model and the request to it'),
  ),
  'OB-27.6': row(
    'Next phase: Cost tracking',
    ['G1'],
    ran('service/usage/routes.test.ts', 'returns the requests of a key, of which only the first was not served from the cache'),
  ),
  'OB-27.7': row('Next phase: Performance', ['G1'], ran('tests/e2e/load.test.ts', 'the autoscaler gives the API another pod')),
  'OB-27.8': row(
    'Next phase: Business metrics (KPIs)',
    ['G1'],
    ran('service/usage/store.test.ts', 'is written once, however often it is sent, and summed by time and group'),
  ),
  'OB-27.9': row(
    'Next phase: SLA monitoring',
    ['G1'],
    ran('manifests/monitoring/objective-rules.test.ts', 'ErrorBudgetBurn of %s fires above each of its rates and is silent below it'),
  ),
  'OB-27.10': row('Next phase: Incident response', ['G1'], ran('tests/e2e/readiness.test.ts', 'runs the first commands of an incident')),
  'OB-28': row(
    'Frontend/API log mounts',
    ['G2', 'G3'],
    replaced('The service logs to stdout only, which Alloy or Fluent Bit collects: no file and no volume for logs.'),
  ),
  'OB-29': row(
    'Nginx access log format with timings',
    ['G3'],
    ran(
      'tests/services/nginx.test.ts',
      'contain the request id of the client if it is valid, otherwise a generated one that is also logged',
    ),
  ),
  'AL-01': row(
    'Alert file and group',
    ['G0'],
    ran('tests/e2e/monitoring.test.ts', 'the alert rules are loaded, none has an error, and Alertmanager is reached'),
  ),
  'AL-02': row('HighErrorRate', ['G0'], ranAll(firesAndIsSilent, delivered)),
  'AL-03': row('HighLatency', ['G0'], ran(...firesAndIsSilent)),
  'AL-04': row('LowCacheHitRate', ['G0'], ran(...firesAndIsSilent)),
  'AL-05': row('Error rate', ['G3'], ranAll(firesAndIsSilent, delivered)),
  'AL-06': row('Response time', ['G3'], ran(...firesAndIsSilent)),
  'AL-07': row('CPU', ['G3'], ran(...firesAndIsSilent)),
  'AL-08': row('Memory', ['G3'], ran(...firesAndIsSilent)),
  'AL-09': row('Health-check failures', ['G3'], ranAll(firesAndIsSilent, delivered)),
  'AL-10': row('Automatic notifications', ['G1'], ranAll(delivered)),
  'AL-11': row(
    'On-call contacts',
    ['G0'],
    ran(
      'manifests/monitoring/alerts.test.ts',
      'have the contacts of their environment: on call if critical, security if accounts are attacked',
    ),
  ),
} as const satisfies Rows;
