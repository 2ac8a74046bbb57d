import * as z from 'zod';
import { permissions } from '../../contract/roles.ts';
import { listOf, pageQuery } from '../http/pagination.ts';
import { json, noContent, noInput } from '../http/shape.ts';
import { timestamp } from '../http/timestamp.ts';
import { emailAddress } from './email.ts';
import { roleNames } from './roles.ts';

const role = z.enum(roleNames).describe('Decides the permissions of a user');
const byId = z.object({ id: z.uuid().describe('The id of the object') });
const time = z.iso.datetime();
const createdAt = time.describe('When it was created');
const ownerId = z.uuid().describe('The user who owns the key');

/** NIST SP 800-63B: long, and of any characters. */
const newPassword = z.string().min(12).max(256).describe('At least 12 characters, of any kind');
const password = z.string().min(1).max(256).describe('The current password');
const nameOfUser = z.string().regex(/^[\w.@+-]{1,50}$/, 'may have letters, digits and . _ @ + -');
const username = nameOfUser.describe('Unique, ignoring case');

export const login = z.strictObject({ username: nameOfUser.describe('Upper and lower case are the same'), password }).meta({
  id: 'Login',
  examples: [{ username: 'ada', password: 'a-long-pass-phrase' }],
});
export const refresh = z
  .strictObject({ refresh_token: z.string().min(1).max(200).describe('From the latest login or refresh') })
  .meta({ id: 'Refresh', examples: [{ refresh_token: 'the-one-that-came-with-the-access-token' }] });
export const tokens = z
  .object({
    access_token: z.string().describe('Send it as Authorization: Bearer'),
    token_type: z.literal('Bearer'),
    expires_in: z.int().describe('Seconds that the access token is valid'),
    refresh_token: z.string().describe('Exchanges once for new tokens at POST /auth/refresh'),
  })
  .meta({
    id: 'Tokens',
    examples: [{ access_token: 'header.claims.signature', token_type: 'Bearer', expires_in: 86400, refresh_token: 'use-me-once' }],
  });

const session = z.object({
  id: z.uuid().describe('Ends the session at DELETE /auth/sessions/{id}'),
  user_agent: z.string().nullable().describe('User-Agent of the login'),
  created_at: time.describe('When the user logged in'),
  refreshed_at: time.describe('When its tokens were exchanged or its cookie was extended last'),
  expires_at: time.describe('When the session ends unless it is refreshed'),
  current: z.boolean().describe('Whether this request belongs to it'),
});
export const sessionList = listOf(session).meta({
  id: 'Sessions',
  examples: [
    {
      items: [
        {
          id: '4fd52514-da6c-4e04-8a37-74a817d14273',
          user_agent: null,
          created_at: '2026-11-23T16:41:13.629Z',
          refreshed_at: '2026-11-23T16:41:13.629Z',
          expires_at: '2026-12-23T16:41:13.629Z',
          current: true,
        },
      ],
      next: null,
    },
  ],
});

export const newUser = z
  .strictObject({
    username,
    email: emailAddress,
    role: role.optional().describe('Default: User'),
    password: newPassword.optional().describe('At least 12 characters; without one, the user cannot log in'),
  })
  .meta({ id: 'NewUser', examples: [{ username: 'ada', email: 'ada@example.com' }] });
export type NewUser = z.output<typeof newUser>;
const isActive = z.boolean().describe('false: it is rejected until an administrator activates it again');
const defined = (value: object) => Object.values(value).some((field) => field !== undefined);
export const userChange = z
  .strictObject({ username, email: emailAddress, role, is_active: isActive })
  .partial()
  .refine(defined, 'Name at least one field')
  .meta({ id: 'UserChange', minProperties: 1, examples: [{ role: 'Developer' }] });
export type UserChange = z.output<typeof userChange>;
const userExample = {
  id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
  username: 'ada',
  email: 'ada@example.com',
  role: 'User',
  is_active: true,
  created_at: '2026-11-23T16:41:13.629Z',
};
/** Fields that users change in their own account. Not the name: a thief with a stolen key could lock the owner out. */
export const ownUserChange = z
  .strictObject({ email: emailAddress })
  .meta({ id: 'OwnUserChange', examples: [{ email: 'ada@example.org' }] });
export const user = z
  .object({
    id: z.uuid().describe('Stays the same if the user is renamed'),
    username: z.string().describe('The name for logins'),
    email: z.string().nullable().describe('null: no address is known'),
    role,
    is_active: isActive,
    created_at: createdAt,
  })
  .meta({
    id: 'User',
    examples: [userExample],
  });
export type User = z.output<typeof user>;
export const userList = listOf(user).meta({ id: 'Users', examples: [{ items: [userExample], next: 'ada' }] });
export const passwordChange = z
  .strictObject({ password: newPassword, current_password: password.optional().describe('Required if the password is your own') })
  .meta({ id: 'PasswordChange', examples: [{ password: 'a-longer-pass-phrase', current_password: 'a-long-pass-phrase' }] });

export const signIn = z
  .union([
    login,
    z.strictObject({
      api_key: z
        .string()
        .regex(/^[\w.~+/=-]{1,512}$/, 'is no API key')
        .describe('A valid API key: the session has exactly its permissions'),
    }),
  ])
  .meta({ id: 'SignIn', examples: [{ username: 'ada', password: 'a-long-pass-phrase' }] });
export type SignIn = z.output<typeof signIn>;
export const currentSession = z
  .object({
    user: user.nullable().describe('null: a key without a user'),
    permissions: z.array(z.enum(permissions)).describe('What the session may do'),
    expires_at: time.nullable().describe('When it ends unless it is extended; null: a key that does not expire'),
  })
  .meta({
    id: 'CurrentSession',
    examples: [{ user: userExample, permissions: ['Read', 'Write', 'API_Access'], expires_at: '2026-12-23T16:41:13.629Z' }],
  });
export type CurrentSession = z.output<typeof currentSession>;

const quota = z.strictObject({
  requests: z.int().min(1).max(1_000_000).describe('Requests in a window'),
  window_seconds: z.int().min(1).max(86_400).describe('Length of a window, which starts with its first request'),
});
const budget = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
/** PostgreSQL stores neither lone surrogates nor NUL. */
const storable = (text: string) => text.isWellFormed() && !text.includes('\0');
const name = z.string().trim().min(1).max(100).refine(storable, 'must be text without NUL').describe('Shown in lists, to distinguish keys');
const heldPermissions = z.array(z.enum(permissions)).describe('What the key may do');

export const newKey = z
  .strictObject({
    name,
    permissions: heldPermissions
      .min(1)
      .max(permissions.length)
      .optional()
      .describe('A subset of the caller’s permissions; default: all of them'),
    expires_at: timestamp.optional().describe('Default: never, or with the key that makes it'),
    user_id: z.uuid().optional().describe('The owner; default: the caller. Administrators may set another user'),
    quota: quota.optional().describe('Administrators only; default: that of the service'),
    budget_micros: budget.optional().describe('Millionths of a US dollar in a calendar month; administrators only; default: no limit'),
  })
  .meta({ id: 'NewKey', examples: [{ name: 'My API Key', permissions: ['Read', 'Write', 'API_Access'] }] });
export type NewKey = z.output<typeof newKey>;
export const keyChange = z
  .strictObject({
    name: name.optional().describe('The new name'),
    quota: quota.nullable().optional().describe('null: the service’s default'),
    budget_micros: budget.nullable().optional().describe('null: no limit'),
    is_active: isActive.optional().describe('false: the key is rejected until it is activated again'),
  })
  .refine(defined, 'Name at least one field')
  .meta({ id: 'KeyChange', minProperties: 1, examples: [{ budget_micros: 5_000_000 }] });
export type KeyChange = z.output<typeof keyChange>;

const keyExample = {
  id: 'f84b12df-e0ca-4087-adba-cf76ef7f02a5',
  name: 'My API Key',
  user_id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
  permissions: ['Read', 'Write', 'API_Access'],
  is_active: true,
  created_at: '2026-11-23T16:41:13.629Z',
  expires_at: null,
  last_used_at: null,
  quota: null,
  budget_micros: null,
  current: false,
  previous_until: null,
};
export const apiKey = z
  .object({
    id: z.uuid().describe('Stays the same if the key is rotated'),
    name: z.string().describe('The name that its owner gave it'),
    user_id: ownerId.nullable().describe('The owner; null: a key without a user'),
    permissions: heldPermissions,
    is_active: z.boolean().describe('false: it was revoked or deactivated'),
    created_at: createdAt,
    expires_at: time.nullable().describe('null: never'),
    last_used_at: time.nullable().describe('To within a minute'),
    quota: quota.nullable().describe('null: the service’s default'),
    budget_micros: z.int().nullable().describe('Millionths of a US dollar that it may spend in a calendar month; null: no limit'),
    current: z.boolean().describe('Whether this request was made with it'),
    previous_until: time.nullable().describe('When the key before the last rotation expires'),
  })
  .meta({
    id: 'ApiKey',
    examples: [keyExample],
  });
export type ApiKey = z.output<typeof apiKey>;
/** The only responses that contain a key. */
export const shownKey = apiKey.extend({ key: z.string().describe('Shown only once: store it now') }).meta({
  id: 'ShownKey',
  examples: [{ ...keyExample, key: 'shown-this-once' }],
});
export const keyList = listOf(apiKey).meta({ id: 'ApiKeys', examples: [{ items: [keyExample], next: null }] });
export const rotation = z
  .strictObject({
    overlap_seconds: z
      .int()
      .min(0)
      .max(30 * 86_400)
      .default(86_400)
      .describe('How long the previous key stays valid'),
  })
  .meta({ id: 'Rotation', examples: [{ overlap_seconds: 3600 }] });

const auditEntry = z.object({
  id: z.string().describe('Grows with each entry'),
  at: time.describe('When it happened'),
  actor: z
    .string()
    .describe(
      '`user:…` or `key:…`; `service`: the service itself; `anonymous`: a request without a credential; `operator`: the command `leyenda admin`',
    ),
  action: z.string().describe('The kind of object and what happened to it, such as `key.revoked`'),
  object: z.string().describe('The kind and id of the object'),
  details: z.unknown().describe('The changed fields; never a password, key or e-mail address'),
  request_id: z.string().nullable().describe('X-Request-ID of the request; null for changes without one'),
});
export const auditList = listOf(auditEntry).meta({
  id: 'AuditLog',
  examples: [
    {
      items: [
        {
          id: '9',
          at: '2026-11-23T16:41:13.629Z',
          actor: 'key:f84b12df-e0ca-4087-adba-cf76ef7f02a5',
          action: 'user.changed',
          object: 'user:0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
          details: { role: 'Developer' },
          request_id: 'db9b3dcf-9536-4d6a-9b0f-15ca0858155d',
        },
      ],
      next: '9',
    },
  ],
});

const auditId = z.string().regex(/^\d{1,18}$/);

export const accountsShapes = {
  login: { ...noInput, body: login, answer: json(tokens) },
  refresh: { ...noInput, body: refresh, answer: json(tokens) },
  logout: { ...noInput, answer: noContent },
  signIn: { ...noInput, body: signIn, answer: json(currentSession) },
  currentSession: { ...noInput, answer: json(currentSession) },
  signOut: { ...noInput, answer: noContent },
  listSessions: { ...noInput, query: pageQuery(z.uuid()), answer: json(sessionList) },
  endSession: { ...noInput, params: byId, answer: noContent },
  endSessions: { ...noInput, answer: noContent },
  createUser: { ...noInput, body: newUser, answer: json(user, 201) },
  listUsers: { ...noInput, query: pageQuery(nameOfUser), answer: json(userList) },
  readOwnUser: { ...noInput, answer: json(user) },
  updateOwnUser: { ...noInput, body: ownUserChange, answer: json(user) },
  readUser: { ...noInput, params: byId, answer: json(user) },
  updateUser: { ...noInput, params: byId, body: userChange, answer: json(user) },
  deleteUser: { ...noInput, params: byId, answer: noContent },
  setPassword: { ...noInput, params: byId, body: passwordChange, answer: noContent },
  createKey: { ...noInput, body: newKey, answer: json(shownKey, 201) },
  listKeys: {
    ...noInput,
    query: pageQuery(z.uuid()).extend({ user_id: ownerId.optional().describe('Only keys of this owner') }),
    answer: json(keyList),
  },
  readKey: { ...noInput, params: byId, answer: json(apiKey) },
  rotateKey: { ...noInput, params: byId, body: rotation, answer: json(shownKey) },
  revokeKey: { ...noInput, params: byId, answer: noContent },
  updateKey: { ...noInput, params: byId, body: keyChange, answer: json(apiKey) },
  listAudit: { ...noInput, query: pageQuery(auditId), answer: json(auditList) },
};
