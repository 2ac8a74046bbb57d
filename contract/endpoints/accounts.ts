import type { Endpoint } from './endpoint.ts';

/** Actions on the caller's own account require Read, which every role has. */
const own = { group: 'Accounts', permission: 'Read', rateLimit: 'api', port: 'http' } as const;
const keyManagement = { ...own, permission: 'Write' } as const;
const administration = { ...own, permission: 'Admin' } as const;

export const accountsEndpoints = {
  login: {
    ...own,
    method: 'POST',
    path: '/auth/login',
    aliases: ['/api/auth/login'],
    permission: 'public',
    rateLimit: 'login',
    credentials: 'returned',
    problems: ['login_failed'],
    summary: 'Exchange user name and password for tokens',
  },
  refresh: {
    ...own,
    method: 'POST',
    path: '/auth/refresh',
    permission: 'public',
    credentials: 'returned',
    problems: ['login_failed', 'conflict'],
    summary: 'Exchange a refresh token for new tokens, once',
  },
  logout: { ...own, method: 'POST', path: '/auth/logout', summary: 'End the session of the access token' },
  listSessions: { ...own, method: 'GET', path: '/auth/sessions', summary: 'The caller’s sessions, newest first' },
  endSession: { ...own, method: 'DELETE', path: '/auth/sessions/:id', summary: 'End one session' },
  endSessions: { ...own, method: 'DELETE', path: '/auth/sessions', summary: 'End all of the caller’s sessions' },

  createUser: {
    ...administration,
    method: 'POST',
    path: '/users',
    idempotent: true,
    credentials: 'accepted',
    problems: ['conflict'],
    summary: 'Create a user',
  },
  listUsers: { ...administration, method: 'GET', path: '/users', summary: 'The users, by name' },
  /** Declared before the paths with an id, which match it as well. */
  readOwnUser: { ...own, method: 'GET', path: '/users/me', summary: 'The user of the credential' },
  updateOwnUser: {
    ...own,
    permission: 'Write',
    method: 'PATCH',
    path: '/users/me',
    problems: ['conflict'],
    summary: 'Change the caller’s e-mail address',
  },
  readUser: { ...own, method: 'GET', path: '/users/:id', summary: 'One user; the caller’s own unless the caller is an administrator' },
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
    credentials: 'accepted',
    summary: 'Set a password and end the user’s other sessions',
  },

  createKey: {
    ...keyManagement,
    method: 'POST',
    path: '/api/v1/keys',
    idempotent: true,
    credentials: 'returned',
    problems: ['conflict'],
    summary: 'Create an API key; only this response contains it',
  },
  listKeys: { ...own, method: 'GET', path: '/api/v1/keys', summary: 'The caller’s API keys; all keys for an administrator' },
  rotateKey: {
    ...keyManagement,
    method: 'POST',
    path: '/api/v1/keys/:id/rotate',
    idempotent: true,
    credentials: 'returned',
    problems: ['conflict'],
    summary: 'Rotate an API key; the previous key stays valid for a grace period',
  },
  readKey: { ...own, method: 'GET', path: '/api/v1/keys/:id', summary: 'One API key' },
  revokeKey: { ...keyManagement, method: 'DELETE', path: '/api/v1/keys/:id', summary: 'Revoke an API key' },
  updateKey: {
    ...administration,
    method: 'PATCH',
    path: '/api/v1/keys/:id',
    problems: ['conflict'],
    summary: 'Change quota, budget or state of an API key',
  },

  listAudit: { ...administration, method: 'GET', path: '/api/v1/audit', summary: 'Audit log, newest first' },
} as const satisfies Record<string, Endpoint>;
