import { inPart, parsed, type Rows, ran, ranAll, replaced, row } from './row.ts';

/** The workflow has run on a machine, with act, and deployed to a cluster: docs/has-run.md. */
const rehearsed = (missing = '') =>
  inPart(
    ran('tests/rehearsal/rehearsal.test.ts', 'a commit is tested, built, scanned, pushed, signed, and verified in staging and production'),
    `${missing}the command was run by hand without the jobs of CI that run tests; this test has not run as a whole.`,
  );

/** CI/CD and scripts. */
export const deliveryRows = {
  'CI-01': row('Production workflow', ['G0'], rehearsed()),
  'CI-02': row(
    'Security-scan job',
    ['G0'],
    replaced('Bandit and safety check Python: types, lint, CodeQL, dependency review and Trivy replace them (.github/src/workflows).'),
  ),
  'CI-03': row('Build and deploy job', ['G0'], rehearsed()),
  'CI-04': row(
    'Docker workflow',
    ['G3'],
    inPart(
      parsed('.github/src/simulation/situations.test.ts', 'A push to develop signs the image and deploys nothing, without a notice'),
      "evaluated with GitHub's expression library; GitHub itself cannot be reached.",
    ),
  ),
  'CI-05': row('Registry', ['G3'], rehearsed('a local registry, not ghcr.io; ')),
  'CI-06': row(
    'Test job with service containers',
    ['G3'],
    inPart(parsed('.github/src/workflows/index.test.ts', 'reports nothing in %s'), 'PostgreSQL only; CI installs Redis as a package'),
  ),
  'CI-07': row('Trivy scan + SARIF', ['G3'], rehearsed('the report is uploaded on GitHub only; ')),
  'CI-08': row('Build-and-push job', ['G3'], rehearsed()),
  'CI-09': row(
    'Image tags',
    ['G3'],
    ran('.github/src/workflows/scripts.test.ts', 'gets tags for commit, branch, both, and latest on the deployed branch'),
  ),
  'CI-10': row('Deploy to staging + health check steps', ['G3'], rehearsed()),
  'CI-11': row(
    'Actions versions',
    ['G0', 'G3'],
    inPart(
      parsed('.github/src/layer/layer.test.ts', 'names its source, and the version of every pinned commit'),
      'the pinned actions run on GitHub only; a rehearsal replaces them.',
    ),
  ),
  'CI-12': row(
    'Deploy test suite',
    ['G1'],
    ranAll(
      ['tests/rules/dockerfile.test.ts', 'runs as the user of the manifests and never as root'],
      ['tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'],
      ['service/access.test.ts', 'to $method $path is what the contract declares, for every role, permission and state of a key'],
    ),
  ),
  'CI-13': row(
    'Integration tests',
    ['G3'],
    ranAll(
      ['service/system/system.test.ts', 'say healthy and ready while everything is up'],
      ['service/telemetry/telemetry.test.ts', 'include every metric of the contract and of the process'],
      ['service/accounts/accounts.test.ts', 'are read from the cache into which they were written, after each change the new'],
      ['tests/services/service.test.ts', 'share cached values: the second responds from Redis'],
      ['service/app.test.ts', 'carries the security headers, the release and a request id'],
    ),
  ),
  'CI-14': row('YAML lint of workflow', ['G3'], ran('.github/src/check/check.test.ts', 'returns file, line and rule of a finding')),
  'CI-15': row(
    'Automatic vulnerability scanning',
    ['G0', 'G3'],
    inPart(
      parsed('.github/src/workflows/index.test.ts', 'reports nothing in %s'),
      'deployed and third-party images, every night; the vulnerability database is on ghcr.io, so the scan runs on GitHub only',
    ),
  ),
  'CI-16': row(
    'Load testing before release',
    ['G0'],
    ranAll(
      ['tests/services/load.test.ts', 'fails if a run is too short for a percentile, with the seconds that suffice'],
      ['.github/src/simulation/situations.test.ts', 'reaches production only if the objectives are met under load'],
      ['.github/src/workflows/scripts.test.ts', 'runs with a key, and stops the release if an objective is missed'],
    ),
  ),
  'SC-01': row(
    'Deploy script',
    ['G3'],
    replaced('`leyenda compose deploy` (scripts/compose) deploys an image by digest and rejects latest, which moves.'),
  ),
  'SC-02': row(
    'Deploy validation',
    ['G3'],
    ran('scripts/compose/deploy.test.ts', 'requires the Compose file and an environment file with an image'),
  ),
  'SC-03': row(
    'Deploy targets',
    ['G3'],
    ran('scripts/compose/deploy.test.ts', 'has the port that compose.%s.yaml publishes, and the user of its database'),
  ),
  'SC-04': row('Deploy steps', ['G3'], ran('tests/docker/production.test.ts', 'deploys the next release after a verified backup')),
  'SC-05': row(
    'Dry run',
    ['G3'],
    ran('tests/docker/production.test.ts', 'prints the steps in a dry run without a daemon, and starts nothing'),
  ),
  'SC-06': row('DB backup script (G3)', ['G3'], ran('tests/services/restore-drill.test.ts', 'restores every row of every table')),
  'SC-07': row(
    'Full backup script (G2)',
    ['G2'],
    ran('tests/services/backup.test.ts', 'is verified by a restore, in one snapshot, while another process writes'),
  ),
  'SC-08': row(
    'Backup contents',
    ['G2'],
    ranAll(
      ['tests/services/backup.test.ts', 'is readable by its owner only, and has no secret in it'],
      ['tests/services/backup-bucket.test.ts', 'are archived and restored with the same bytes, without sets and files of others'],
    ),
  ),
  'SC-09': row(
    'Backup verification',
    ['G2'],
    ran('tests/services/backup.test.ts', 'is verified by a restore, in one snapshot, while another process writes'),
  ),
  'SC-10': row(
    'Remote sync',
    ['G2'],
    ranAll(
      ['tests/services/backup.test.ts', 'restores on an empty machine: every row of every table, and exported files'],
      [
        'tests/services/backup-bucket.test.ts',
        'are deleted by their own list: what is lost here stays there, and incomplete ones do not count',
      ],
    ),
  ),
  'SC-11': row(
    'Timestamp format',
    ['G2', 'G3'],
    ran('service/backup/retention.test.ts', 'The name of a set is its time in UTC as %Y%m%d_%H%M%S, and no other text is one'),
  ),
  'SC-12': row(
    'Restore script',
    ['G2'],
    ranAll(
      ['tests/services/backup.test.ts', 'restores on an empty machine: every row of every table, and exported files'],
      ['tests/services/backup-interrupted.test.ts', 'in the middle of the renames leaves the running database, which accepts connections'],
      ['tests/e2e/backup.test.ts', 'is that of the set after a restore, with all roles and exported files'],
    ),
  ),
  'SC-13': row(
    'Validation script',
    ['G3'],
    ran('tests/rules/validate.test.ts', 'reads the metrics through a proxy with the key of an administrator'),
  ),
  'SC-14': row(
    'Redis and config backup',
    ['G0'],
    replaced('Redis has nothing to save (docs/decisions/backup.md); the configuration, without secrets, is a part of each set.'),
  ),
  'SC-15': row('Encrypted backups', ['G2'], ran('tests/services/backup.test.ts', 'is readable by its owner only, and has no secret in it')),
  'SC-16': row(
    'Scheduled backups',
    ['G0', 'G3'],
    ranAll(
      ['tests/services/backup-timer.test.ts', 'makes up for a run that was missed: its service makes a verified set'],
      ['tests/services/backup.test.ts', 'stores in the database when it was complete'],
      ['tests/e2e/backup.test.ts', 'is saved by a Job with the rights of the deployer, while the roles serve'],
    ),
  ),
  'SC-17': row(
    'Hardening script',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'the first run writes exactly the files described, with their modes, and the second nothing',
    ),
  ),
  'SC-18': row(
    'Completeness checklist',
    ['G3'],
    ranAll(
      ['tests/rules/completeness.test.ts', 'fails %s alone for %j'],
      ['tests/docker/staging.test.ts', 'passes the seven checks of leyenda compose check'],
    ),
  ),
  'SC-19': row(
    'Manual deploy commands',
    ['G0'],
    ran('tests/docker/local.test.ts', 'returns a caption, health and GraphQL through the proxy'),
  ),
} as const satisfies Rows;
