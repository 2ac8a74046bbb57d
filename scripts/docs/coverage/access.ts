import { type Rows, ran, ranAll, replaced, row } from './row.ts';

/** Authentication and rate limits. */
export const accessRows = {
  'AUTH-01': row('API-key authentication', ['G0', 'G1'], ran('service/app.test.ts', 'accepts a key of VALID_API_KEYS')),
  'AUTH-02': row('API-key generation', ['G0'], ran('service/accounts/authenticate.test.ts', 'makes keys of 32 random bytes, URL-safe')),
  'AUTH-03': row('API keys stored hashed', ['G0'], ran('tests/services/process.test.ts', 'stores the hash of that key but not the key')),
  'AUTH-04': row(
    'API-key rotation',
    ['G0'],
    ran('service/accounts/accounts.test.ts', 'has two texts for the overlap of a rotation, of which the old one cannot take the key over'),
  ),
  'AUTH-05': row(
    'API-key expiry and active flag',
    ['G0', 'G1'],
    ran('service/accounts/authenticate.test.ts', 'rejects a key once it has expired, even if it is cached'),
  ),
  'AUTH-06': row(
    'API-key owner',
    ['G0'],
    ran('tests/services/service.test.ts', 'creates the table api_keys with its columns and defaults'),
  ),
  'AUTH-07': row(
    'API keys with name and permissions',
    ['G1'],
    ran('service/accounts/accounts.test.ts', 'is shown once, has the requested rights, and reports its last use'),
  ),
  'AUTH-08': row(
    'JWT access tokens',
    ['G1', 'G2'],
    ran('service/accounts/tokens.test.ts', 'signed with %s is read by every process that has the secret, and by no other'),
  ),
  'AUTH-09': row(
    'JWT refresh tokens',
    ['G1'],
    ran(
      'service/accounts/accounts.test.ts',
      'continues with each new refresh token; reuse of the previous one within the grace period fails and does not end the session',
    ),
  ),
  'AUTH-10': row(
    'JWT settings',
    ['G2'],
    ran(
      'service/accounts/tokens.test.ts',
      'is rejected with another algorithm, without a signature, of another issuer and when it has expired',
    ),
  ),
  'AUTH-11': row(
    'Session management',
    ['G1'],
    ran('service/accounts/accounts.test.ts', 'ends immediately by logout, by its id or with all others, and never by another user'),
  ),
  'AUTH-12': row(
    'Username/password login',
    ['G1'],
    ran(
      'service/accounts/accounts.test.ts',
      'answers a wrong password, an unknown user, one without password and one who is not active with the same words',
    ),
  ),
  'AUTH-13': row(
    'Roles',
    ['G1'],
    ran('service/access.test.ts', 'to $method $path is what the contract declares, for every role, permission and state of a key'),
  ),
  'AUTH-14': row(
    'Permissions',
    ['G1'],
    ran('service/access.test.ts', 'to $method $path is what the contract declares, for every role, permission and state of a key'),
  ),
  'AUTH-15': row(
    'Granular authorization (roles + permissions)',
    ['G1'],
    ran(
      'service/accounts/accounts.test.ts',
      'gets no permission that its maker does not hold, and quota and budget from an administrator alone',
    ),
  ),
  'AUTH-16': row(
    'Application secret',
    ['G0', 'G3'],
    ran('service/accounts/tokens.test.ts', 'signed with %s is read by every process that has the secret, and by no other'),
  ),
  'AUTH-17': row(
    'Authenticated metrics API',
    ['G1'],
    ran('service/access.test.ts', 'to $method $path is what the contract declares, for every role, permission and state of a key'),
  ),
  'RL-01': row(
    'Per-client (per-key) limiting',
    ['G0'],
    ran('service/http/rate-limit.test.ts', 'allows exactly its quota of concurrent requests, and returns Retry-After for the others'),
  ),
  'RL-02': row(
    'Per-key quota in the database',
    ['G0'],
    ran('tests/services/service.test.ts', 'have the permissions of their role and list, and their own quota'),
  ),
  'RL-03': row(
    'Per-IP limit',
    ['G1'],
    ranAll(
      ['service/http/rate-limit.test.ts', 'counts requests without a valid credential, and not those with valid keys'],
      ['service/http/rate-limit.test.ts', 'limits an address over all its keys, and requests without one'],
    ),
  ),
  'RL-04': row(
    'Configurable per endpoint',
    ['G1'],
    ranAll(
      [
        'service/http/rate-limit.test.ts',
        'limits each caller at the endpoints that it names, in addition to the quota, and no other endpoint',
      ],
      ['service/http/rate-limit.test.ts', 'limits the same operations over GraphQL'],
      ['service/http/rate-limit.test.ts', 'replaces the quota of logins'],
    ),
  ),
  'RL-05': row(
    'Per user / per IP',
    ['G1'],
    ran(
      'service/http/rate-limit.test.ts',
      'batch counts in two limits of the caller, and requests that its own limit rejects do not use the quota',
    ),
  ),
  'RL-06': row(
    'Redis-backed limits',
    ['G0'],
    ran('tests/services/limits.test.ts', 'accept exactly 100 of 500 concurrent requests at a quota of 100'),
  ),
  'RL-07': row(
    'Nginx API zone',
    ['G0', 'G2', 'G3'],
    ran('tests/services/nginx.test.ts', 'to the API are rejected beyond the burst, and probes are never limited'),
  ),
  'RL-08': row(
    'Nginx login zone',
    ['G2'],
    ran(
      'tests/services/nginx.test.ts',
      'to log in are rejected by nginx under every spelling of the path that it normalizes; other spellings reach no endpoint',
    ),
  ),
  'RL-09': row('Health exempt from limits', ['G2'], ran('service/http/rate-limit.test.ts', 'never stops probes and scrapers')),
  'RL-10': row(
    'Ingress limit annotation',
    ['G0'],
    replaced(
      'The annotation does not exist (D-06); manifests/constructs/ingress-controllers.ts maps each controller to annotations that do.',
    ),
  ),
  'RL-11': row(
    'Ingress rate limiting',
    ['G1'],
    ranAll(
      [
        'tests/services/traefik-limits.test.ts',
        'passes on a burst of logins from one address, then returns 429, and counts each address for itself',
      ],
      ['tests/services/traefik-limits.test.ts', 'passes on the rate and the burst of other requests, and rejects the rest'],
    ),
  ),
} as const satisfies Rows;
