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
    description:
      'Starts a session. The access token goes into `Authorization: Bearer`; the refresh token gets the next pair at `/auth/refresh`. After five wrong passwords for one account from one address within 15 minutes, the next attempt is delayed (429 with Retry-After).',
  },
  refresh: {
    ...own,
    method: 'POST',
    path: '/auth/refresh',
    permission: 'public',
    credentials: 'returned',
    problems: ['login_failed', 'conflict'],
    summary: 'Exchange a refresh token for new tokens, once',
    description:
      'A refresh token works once and expires after 30 days without use. A second exchange within 10 seconds returns 409: use the pair of the first response. A later one ends the session, because a thief may hold the token.',
  },
  logout: {
    ...own,
    method: 'POST',
    path: '/auth/logout',
    summary: 'End the session of the access token',
    description: 'Ends the session at once, in every process. An API key belongs to no session: called with one, it changes nothing.',
  },
  signIn: {
    ...own,
    port: 'callers',
    method: 'POST',
    path: '/auth/session',
    permission: 'public',
    rateLimit: 'login',
    credentials: 'accepted',
    setsCookie: true,
    problems: ['login_failed', 'unauthorized', 'forbidden'],
    summary: 'Sign a browser in with a password or an API key',
    description:
      'Starts a session whose credential is a cookie that scripts cannot read. With a key, the session acts as the key: its permissions, quota, budget and usage. The cookie works without an `Authorization` header; changes need a page of the same origin. It expires after 30 days without use. Wrong passwords are limited as at `/auth/login`.',
  },
  currentSession: {
    ...own,
    port: 'callers',
    method: 'GET',
    path: '/auth/session',
    setsCookie: true,
    summary: 'The user, permissions and expiry of the credential',
    description:
      'Describes the session of the cookie, or the key or access token of the request. It extends the cookie, at most once a day.',
  },
  signOut: {
    ...own,
    port: 'callers',
    method: 'DELETE',
    path: '/auth/session',
    permission: 'public',
    setsCookie: true,
    summary: 'Sign the browser out',
    description: 'Ends the session of the cookie at once, in every process, and deletes the cookie. Without a session, it changes nothing.',
  },
  listSessions: {
    ...own,
    method: 'GET',
    path: '/auth/sessions',
    summary: 'The caller’s sessions, newest first',
    description:
      'Lists the active sessions of your user with the client and the time of the last refresh. A key without a user gets an empty list.',
  },
  endSession: {
    ...own,
    method: 'DELETE',
    path: '/auth/sessions/:id',
    summary: 'End one session',
    description:
      'Its access token and refresh token are rejected from then on. Administrators may end the session of any user; for others, a session of another user returns 404.',
  },
  endSessions: {
    ...own,
    method: 'DELETE',
    path: '/auth/sessions',
    summary: 'End all of the caller’s sessions',
    description: 'Logs your user out everywhere, the current session included. API keys stay valid.',
  },

  createUser: {
    ...administration,
    method: 'POST',
    path: '/users',
    idempotent: true,
    credentials: 'accepted',
    problems: ['conflict'],
    summary: 'Create a user',
    description:
      'The role decides the permissions. A user without a password cannot log in and is used through API keys. Fails with 409 if the user name or the e-mail address is taken.',
  },
  listUsers: {
    ...administration,
    method: 'GET',
    path: '/users',
    summary: 'The users, by name',
    description: 'Lists all users, deactivated ones included, in pages.',
  },
  /** Declared before the paths with an id, which match it as well. */
  readOwnUser: {
    ...own,
    method: 'GET',
    path: '/users/me',
    summary: 'The user of the credential',
    description: 'Returns the user who owns the API key or access token. Fails with 403 for a key without a user.',
  },
  updateOwnUser: {
    ...own,
    permission: 'Write',
    method: 'PATCH',
    path: '/users/me',
    problems: ['conflict'],
    summary: 'Change the caller’s e-mail address',
    description:
      'Only the e-mail address can be changed by users themselves; an administrator changes the rest. Fails with 409 if the address is taken.',
  },
  readUser: {
    ...own,
    method: 'GET',
    path: '/users/:id',
    summary: 'One user; the caller’s own unless the caller is an administrator',
    description: 'Returns your own user. Administrators read every user; for others, another user returns 404.',
  },
  updateUser: {
    ...administration,
    method: 'PATCH',
    path: '/users/:id',
    problems: ['conflict'],
    summary: 'Change a user',
    description:
      'Changes the fields that you send. Deactivating a user ends the user’s sessions and cancels the user’s batches. Fails with 409 if the name or address is taken, or if no active administrator would be left.',
  },
  deleteUser: {
    ...administration,
    method: 'DELETE',
    path: '/users/:id',
    problems: ['conflict'],
    summary: 'Delete a user with its sessions and keys',
    description: 'Cancels the user’s batches as well. The audit log keeps its entries. Fails with 409 for the last active administrator.',
  },
  setPassword: {
    ...own,
    method: 'PUT',
    path: '/users/:id/password',
    credentials: 'accepted',
    summary: 'Set a password and end the user’s other sessions',
    description:
      'For your own account, send the current password too; a wrong one returns 422. Administrators set the password of any other user. The session of this request stays; API keys stay valid.',
  },

  createKey: {
    ...keyManagement,
    method: 'POST',
    path: '/api/v1/keys',
    idempotent: true,
    credentials: 'returned',
    problems: ['conflict'],
    summary: 'Create an API key; only this response contains it',
    description:
      'The key has the permissions that you name, or all of yours, never more. Only administrators set another owner, a quota or a budget. Store the key now: it is stored as a hash and cannot be shown again. Fails with 403 if the key would have more rights than you, with 422 if its owner is deactivated, and with 409 if its owner has 50 active keys already.',
  },
  listKeys: {
    ...own,
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'The caller’s API keys; all keys for an administrator',
    description: 'Lists keys without their text. Administrators limit the list to one owner with `user_id`.',
  },
  rotateKey: {
    ...keyManagement,
    method: 'POST',
    path: '/api/v1/keys/:id/rotate',
    idempotent: true,
    credentials: 'returned',
    problems: ['conflict'],
    summary: 'Rotate an API key; the previous key stays valid for a grace period',
    description:
      'Returns the new text of the key; its id, permissions and expiry stay. The previous text is accepted for `overlap_seconds` more. A key rotates only itself; a user rotates own keys; an administrator all. Fails with 403 if the key has more rights than you, and with 409 if it is not active.',
  },
  readKey: {
    ...own,
    method: 'GET',
    path: '/api/v1/keys/:id',
    summary: 'One API key',
    description: 'Returns permissions, quota, budget and last use, without the text of the key. A key of another user returns 404.',
  },
  revokeKey: {
    ...keyManagement,
    method: 'DELETE',
    path: '/api/v1/keys/:id',
    summary: 'Revoke an API key',
    description:
      'The key is rejected in every process at once, or within 15 seconds if Redis is unavailable. Its batches are cancelled. A key cannot revoke one that has more permissions than itself (403).',
  },
  updateKey: {
    ...administration,
    method: 'PATCH',
    path: '/api/v1/keys/:id',
    problems: ['conflict'],
    summary: 'Change quota, budget or state of an API key',
    description:
      'Changes the fields that you send. A key that is switched off is rejected, and its batches are cancelled; it can be switched on again.',
  },

  listAudit: {
    ...administration,
    method: 'GET',
    path: '/api/v1/audit',
    summary: 'Audit log, newest first',
    description: 'Lists who changed which user, key or session, and when. Entries remain after the user or key was deleted.',
  },
} as const satisfies Record<string, Endpoint>;
