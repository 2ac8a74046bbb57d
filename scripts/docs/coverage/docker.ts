import { inPart, type Rows, ran, replaced, row } from './row.ts';

/** Docker and Compose. */
export const dockerRows = {
  'DC-01': row('Multi-stage build', ['G1', 'G2', 'G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-02': row(
    'Non-root user',
    ['G0', 'G1', 'G2', 'G3'],
    ran('tests/e2e/local.test.ts', 'is whole: every role, PostgreSQL on a volume of its own, Redis'),
  ),
  'DC-03': row('Slim / alpine base', ['G1', 'G2', 'G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-04': row(
    'Image names',
    ['G0', 'G1', 'G3'],
    ran('tests/docker/production.test.ts', 'deploys the first release of an empty host: everything is healthy'),
  ),
  'DC-05': row('Dockerfiles', ['G1', 'G2', 'G3'], replaced('One Dockerfile for every role and environment.')),
  'DC-06': row(
    'Pinned OS packages',
    ['G3'],
    replaced(
      'The image installs no operating-system package; the base is pinned by version, and by digest after `leyenda images update` (D-24).',
    ),
  ),
  'DC-07': row(
    'Dependency hash verification',
    ['G3'],
    ran('tests/rules/lock.test.ts', 'has a hash of every package that npm ci verifies, on every platform'),
  ),
  'DC-08': row('Restrictive file permissions', ['G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-09': row(
    'HEALTHCHECK in image',
    ['G1', 'G3'],
    ran('tests/services/roles.test.ts', '%s: starts, is live and ready, passes the health check of the image, and stops on SIGTERM'),
  ),
  'DC-10': row('OCI labels', ['G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-11': row('Runtime ENV hardening', ['G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-12': row('EXPOSE', ['G2', 'G3'], ran('tests/docker/image.test.ts', 'accepts the image of the Dockerfile')),
  'DC-13': row(
    'Compose files',
    ['G0', 'G1', 'G2', 'G3'],
    ran('tests/docker/local.test.ts', 'builds the image and starts every service healthy, after a migration that succeeds'),
  ),
  'DC-14': row(
    'Eight compose services',
    ['G1'],
    inPart(
      ran(
        'tests/docker/production.test.ts',
        'is watched by Prometheus and Alertmanager, which reach every role and the exporters of its stores',
      ),
      'the test starts Grafana only if its image can be pulled.',
    ),
  ),
  'DC-15': row('Compose services (G2)', ['G2'], ran('tests/docker/local.test.ts', 'gives the scraper a way out, and analytics none')),
  'DC-16': row(
    'Compose services (G3)',
    ['G3'],
    replaced(
      'api, postgres, redis, proxy, prometheus and grafana; no Elasticsearch on one host: Docker stores the logs, with a size limit.',
    ),
  ),
  'DC-17': row(
    'Loopback-only ports',
    ['G2'],
    replaced(
      'Stores are not published at all, on a network without a way out; the monitoring stack is on 127.0.0.1 (compose.monitoring.yaml).',
    ),
  ),
  'DC-18': row(
    'Restart policies',
    ['G2', 'G3'],
    ran('tests/docker/local.test.ts', 'restarts a role whose process was killed, until it is healthy again'),
  ),
  'DC-19': row(
    'depends_on healthy',
    ['G2', 'G3'],
    ran('tests/docker/local.test.ts', 'starts a role only after PostgreSQL is healthy and the migration has ended'),
  ),
  'DC-20': row(
    'Health checks per service',
    ['G2', 'G3'],
    ran('tests/docker/local.test.ts', 'builds the image and starts every service healthy, after a migration that succeeds'),
  ),
  'DC-21': row(
    'Resource limits (G2)',
    ['G2'],
    replaced(
      'PostgreSQL and analytics as in the guide (manifests/targets/compose/deployment.ts), in its reference the API too; other roles have the limits of the environment in the cluster. The frontend is part of the API.',
    ),
  ),
  'DC-22': row(
    'Resource limits (cloud)',
    ['G3'],
    replaced('PostgreSQL and Redis of staging as in the guide; the roles have the limits of the environment in the cluster.'),
  ),
  'DC-23': row('no-new-privileges', ['G3'], ran('tests/docker/local.test.ts', 'hardens the container of %s, and rotates its log')),
  'DC-24': row('Read-only root FS + tmpfs', ['G3'], ran('tests/rules/compose.test.ts', '%s: the role %s starts with it')),
  'DC-25': row(
    'Networks',
    ['G1', 'G2', 'G3'],
    ran('tests/docker/local.test.ts', 'connects the proxy to no store, and the stores to nothing outside'),
  ),
  'DC-26': row(
    'Docker log rotation',
    ['G3'],
    ran('tests/docker/local.test.ts', 'keeps at most three log files of 10 MB when a container prints 35 MB'),
  ),
  'DC-27': row('Swarm simulation', ['G3'], ran('tests/docker/swarm.test.ts', 'updates the API without a failed request')),
  'DC-28': row(
    'Compose scaling',
    ['G1', 'G2'],
    ran('tests/docker/local.test.ts', 'scales the workers to three without touching other containers'),
  ),
  'DC-29': row(
    'External volumes (cloud)',
    ['G3'],
    ran('tests/docker/swarm.test.ts', 'is removed with docker stack rm, without its volume'),
  ),
  'DC-30': row(
    'Image checks',
    ['G3'],
    ran('tests/docker/image.test.ts', 'rejects an image that runs as root, may change its code, has no labels and does not start'),
  ),
} as const satisfies Rows;
