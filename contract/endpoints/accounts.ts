import type { Endpoint } from './endpoint.ts';

/** What every role may do with its own account asks for Read: each role holds it. */
const own = { group: 'Accounts', permission: 'Read', rateLimit: 'api', port: 'http' } as const;
const makingKeys = { ...own, permission: 'Write' } as const;
const administration = { ...own, permission: 'Admin' } as const;

export const accountsEndpoints = {
  /** Guide rows API-21, AUTH-12. */
  login: {
    ...own,
    method: 'POST',
    path: '/auth/login',
    aliases: ['/api/auth/login'],
    permission: 'public',
    rateLimit: 'login',
    credentials: 'shown',
    problems: ['login_failed'],
    summary: 'Exchange user name and password for tokens',
  },
  /** Guide row AUTH-09. */
  refresh: {
    ...own,
    method: 'POST',
    path: '/auth/refresh',
    permission: 'public',
    credentials: 'shown',
    problems: ['login_failed', 'conflict'],
    summary: 'Exchange a refresh token for new tokens, once',
  },
  logout: { ...own, method: 'POST', path: '/auth/logout', summary: 'End the session that the access token belongs to' },
  /** Guide row AUTH-11. */
  listSessions: { ...own, method: 'GET', path: '/auth/sessions', summary: 'The caller’s sessions, the newest first' },
  endSession: { ...own, method: 'DELETE', path: '/auth/sessions/:id', summary: 'End one session' },
  endSessions: { ...own, method: 'DELETE', path: '/auth/sessions', summary: 'End all of the caller’s sessions' },

  /** Guide row API-22. */
  createUser: {
    ...administration,
    method: 'POST',
    path: '/users',
    idempotent: true,
    credentials: 'taken',
    problems: ['conflict'],
    summary: 'Create a user',
  },
  /** Guide row API-24. */
  listUsers: { ...administration, method: 'GET', path: '/users', summary: 'The users by name' },
  /** Before the paths with an id, which fit it too. */
  readOwnUser: { ...own, method: 'GET', path: '/users/me', summary: 'The user to whom the credential belongs' },
  updateOwnUser: {
    ...own,
    permission: 'Write',
    method: 'PATCH',
    path: '/users/me',
    problems: ['conflict'],
    summary: 'Change one’s own e-mail address',
  },
  /** Guide row API-23. */
  readUser: { ...own, method: 'GET', path: '/users/:id', summary: 'One user; for others than administrators: oneself' },
  updateUser: { ...administration, method: 'PATCH', path: '/users/:id', problems: ['conflict'], summary: 'Change a user' },
  deleteUser: {
    ...administration,
    method: 'DELETE',
    path: '/users/:id',
    problems: ['conflict'],
    summary: 'Delete a user with its sessions and keys',
  },
  setPassword: {
    ...own,
    method: 'PUT',
    path: '/users/:id/password',
    credentials: 'taken',
    summary: 'Set a password and end the user’s other sessions',
  },

  /** Guide rows AUTH-02, AUTH-07. */
  createKey: {
    ...makingKeys,
    method: 'POST',
    path: '/api/v1/keys',
    idempotent: true,
    credentials: 'shown',
    problems: ['conflict'],
    summary: 'Make an API key; it is shown this once',
  },
  listKeys: { ...own, method: 'GET', path: '/api/v1/keys', summary: 'The caller’s API keys; for administrators: all' },
  /** Guide row AUTH-04. */
  rotateKey: {
    ...makingKeys,
    method: 'POST',
    path: '/api/v1/keys/:id/rotate',
    idempotent: true,
    credentials: 'shown',
    problems: ['conflict'],
    summary: 'Give an API key a new text; the present one goes on working for a while',
  },
  readKey: { ...own, method: 'GET', path: '/api/v1/keys/:id', summary: 'One API key' },
  revokeKey: { ...makingKeys, method: 'DELETE', path: '/api/v1/keys/:id', summary: 'Revoke an API key' },
  updateKey: {
    ...administration,
    method: 'PATCH',
    path: '/api/v1/keys/:id',
    problems: ['conflict'],
    summary: 'Change quota, budget or state of an API key',
  },

  /** Guide row OB-25. */
  listAudit: { ...administration, method: 'GET', path: '/api/v1/audit', summary: 'Who changed what, the newest first' },
} as const satisfies Record<string, Endpoint>;
