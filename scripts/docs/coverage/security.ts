import { inPart, type Rows, ran, ranAll, replaced, row, written } from './row.ts';

/** docs/performance.md has the figures. */
const measuredUnderLoad = ran('tests/services/load.test.ts', 'measures every scenario and objective of a running service');

/** Security and performance targets. */
export const securityRows = {
  'SE-01': row(
    'Security headers',
    ['G0', 'G2', 'G3'],
    ran('service/app.test.ts', 'carries the security headers, the release and a request id'),
  ),
  'SE-02': row(
    'TLS files',
    ['G0'],
    ran('tests/docker/production.test.ts', 'returns a caption over TLS with the given certificate, and redirects HTTP'),
  ),
  'SE-03': row(
    'Secrets externalised',
    ['G1', 'G2'],
    ranAll(
      ['tests/e2e/readiness.test.ts', 'gives its pods the values of the Secret, which no other object contains'],
      ['tests/docker/image.test.ts', 'accepts the image of the Dockerfile'],
      ['tests/judges/trivy.test.ts', 'and no secret in the repository, where it would see one'],
      ['tests/judges/kubectl-validate.test.ts', 'Every document has the schema of its kind, those of the operators included'],
    ),
  ),
  'SE-04': row(
    'UFW rules',
    ['G0', 'G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'calls each, nothing before it is there and ssh let in before all else is denied, and in a second run none',
    ),
  ),
  'SE-05': row(
    'fail2ban',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'the first run writes exactly the files described, with their modes, and the second nothing',
    ),
  ),
  'SE-06': row(
    'auditd',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'the first run writes exactly the files described, with their modes, and the second nothing',
    ),
  ),
  'SE-07': row(
    'System limits',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'the first run writes exactly the files described, with their modes, and the second nothing',
    ),
  ),
  'SE-08': row(
    'Disable root SSH',
    ['G2'],
    ran('manifests/targets/host/script.test.ts', 'sshd is made to read its drop-ins before anything else'),
  ),
  'SE-09': row(
    'Disable unneeded services',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'calls each, nothing before it is there and ssh let in before all else is denied, and in a second run none',
    ),
  ),
  'SE-10': row(
    'Automatic security updates',
    ['G2'],
    ran(
      'manifests/targets/host/script.test.ts',
      'the first run writes exactly the files described, with their modes, and the second nothing',
    ),
  ),
  'SE-11': row(
    'Vulnerability scan',
    ['G0', 'G3'],
    ranAll(
      ['tests/judges/trivy.test.ts', 'Trivy finds no misconfiguration in the manifests and the Dockerfile but those written down'],
      ['tests/judges/trivy.test.ts', 'and no secret in the repository, where it would see one'],
      ['tests/judges/trivy.test.ts', 'A $Severity vulnerability of $Package with the fixes $Patched ends the scan of the image with $code'],
    ),
  ),
  'SE-12': row('Security score', ['G1'], ran('scripts/security/score.test.ts', 'of $name is at least the required one')),
  'SE-13': row(
    'Network isolation',
    ['G1', 'G3'],
    ran('tests/e2e/network.test.ts', 'is open exactly where the policies say, tried from inside every pod'),
  ),
  'SE-14': row(
    'Least privilege containers',
    ['G3'],
    ran('tests/e2e/accepted.test.ts', 'takes every object of %s and makes its pods, and the same again changes nothing'),
  ),
  'SE-15': row(
    'Checklist of 10 items',
    ['G2'],
    ran('scripts/security/score.test.ts', 'has a control for each of the ten items of the checklist'),
  ),
  'SE-16': row(
    'DMZ and firewall tier',
    ['G2'],
    replaced('No separate tier: each side denies by default and allows declared connections only (docs/host.md, network policies).'),
  ),
  'PF-01': row('API response', ['G1'], measuredUnderLoad),
  'PF-02': row('GraphQL response', ['G1'], measuredUnderLoad),
  'PF-03': row('Worker processing', ['G1'], measuredUnderLoad),
  'PF-04': row('DB queries', ['G1'], measuredUnderLoad),
  'PF-05': row('Cache hit rate', ['G1', 'G3'], measuredUnderLoad),
  'PF-06': row('Auto-scaling reaction', ['G1'], ran('tests/e2e/load.test.ts', 'the autoscaler gives the API another pod')),
  'PF-07': row('Response time average', ['G3'], measuredUnderLoad),
  'PF-08': row('Error rate', ['G3'], measuredUnderLoad),
  'PF-09': row('CPU / memory', ['G3'], measuredUnderLoad),
  'PF-10': row(
    'DB connections',
    ['G3'],
    ranAll(
      ['manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before'],
      ['scripts/load/judge.test.ts', 'judges each objective by its threshold'],
    ),
  ),
  'PF-11': row('p95 alert line', ['G0'], ran('manifests/monitoring/alerts.test.ts', '%s fires on its condition and is silent just before')),
  'PF-12': row('Volume claim', ['G0'], inPart(written('docs/performance.md'), 'no test sends a million requests; two runs by hand did')),
  'PF-13': row(
    'Hardware, minimum',
    ['G0', 'G2'],
    ran('manifests/targets/host/script.test.ts', 'warns about a firewall rule that is not described, and about insufficient hardware'),
  ),
  'PF-14': row(
    'Hardware, recommended',
    ['G0', 'G2'],
    ran('manifests/targets/host/script.test.ts', 'warns about a firewall rule that is not described, and about insufficient hardware'),
  ),
  'PF-15': row(
    'Hardware, enterprise / optimum',
    ['G0', 'G2'],
    ran('manifests/targets/host/script.test.ts', 'warns about a firewall rule that is not described, and about insufficient hardware'),
  ),
} as const satisfies Rows;
