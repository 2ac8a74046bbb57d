import { operations } from '../../contract/endpoints/graphql-operations.ts';
import { permissions } from '../../contract/roles.ts';
import { builder, type GraphqlContext, type MutationFields, type QueryFields } from '../graphql/builder/builder.ts';
import { parseId, parseInput } from '../graphql/builder/input.ts';
import type { Accounts } from './accounts.ts';
import type { Actor } from './actor.ts';
import { roleNames } from './roles.ts';
import { type ApiKey, accountsShapes, newKey, newUser, type User } from './schema.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly accounts: Accounts;
  }
}

const roleType = builder.enumType('Role', { description: 'Decides the permissions of a user.', values: roleNames });
const permissionType = builder.enumType('Permission', { description: 'What a key or user may do.', values: permissions });

const actor = ({ caller, requestId }: GraphqlContext): Actor => ({ caller, requestId });
/** Maximum number of users or keys of a page. */
const most = 200;
const usual = operations.users.items;
const count = (first: number | null | undefined) => Math.min(Math.max(first ?? usual, 1), most);

const userType = builder.objectRef<User>('User').implement({
  description: 'A user account.',
  fields: (t) => ({
    id: t.exposeID('id'),
    username: t.exposeString('username'),
    email: t.exposeString('email', { nullable: true }),
    role: t.expose('role', { type: roleType }),
    isActive: t.exposeBoolean('is_active'),
    createdAt: t.field({ type: 'DateTime', resolve: ({ created_at }) => created_at }),
  }),
});

const keyFields = builder.interfaceRef<ApiKey>('ApiKeyFields').implement({
  description: 'Fields of an API key.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    userId: t.exposeID('user_id', { nullable: true }),
    permissions: t.field({ type: [permissionType], resolve: (key) => [...key.permissions] }),
    isActive: t.exposeBoolean('is_active'),
    createdAt: t.field({ type: 'DateTime', resolve: ({ created_at }) => created_at }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ expires_at }) => expires_at }),
    lastUsedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ last_used_at }) => last_used_at }),
    budgetMicros: t.exposeFloat('budget_micros', { nullable: true }),
  }),
});
const keyType = builder
  .objectRef<ApiKey>('ApiKey')
  .implement({ description: 'An API key, without the key itself.', interfaces: [keyFields] });
const shownType = builder.objectRef<ApiKey & { readonly key: string }>('ShownApiKey').implement({
  description: 'A new API key: the only response that contains the key.',
  interfaces: [keyFields],
  fields: (t) => ({ key: t.exposeString('key') }),
});

const newUserType = builder.inputType('CreateUserInput', {
  description: 'A new user.',
  fields: (t) => ({
    username: t.string({ required: true }),
    email: t.string({ required: true }),
    role: t.field({ type: roleType }),
    password: t.string(),
  }),
});
const newKeyType = builder.inputType('CreateApiKeyInput', {
  description: 'A new API key and its rights.',
  fields: (t) => ({
    name: t.string({ required: true }),
    permissions: t.field({ type: [permissionType] }),
    expiresAt: t.string(),
    userId: t.id(),
    budgetMicros: t.int(),
  }),
});

export const accountsQueries = (t: QueryFields) => ({
  users: t.field({
    type: [userType],
    args: {
      first: t.arg.int({ description: `At most ${most}; default: ${usual}.` }),
      after: t.arg.string({ description: 'The last name of the previous page.' }),
    },
    resolve: (_root, { first, after }, { features }) => {
      const page = parseInput(accountsShapes.listUsers.query, { limit: count(first), after });
      return features.accounts.users.list(page);
    },
  }),
  user: t.field({
    type: userType,
    args: { id: t.arg.id({ required: true, description: 'The id of the user.' }) },
    resolve: (_root, { id }, context) => context.features.accounts.users.read(actor(context), parseId(id)),
  }),
  apiKeys: t.field({
    type: [keyType],
    args: {
      first: t.arg.int({ description: `At most ${most}; default: ${usual}.` }),
      after: t.arg.id({ description: 'The last id of the previous page.' }),
    },
    resolve: (_root, { first, after }, context) =>
      context.features.accounts.keys.list(actor(context), {
        limit: count(first),
        after: after === null || after === undefined ? undefined : parseId(after),
      }),
  }),
});

export const accountsMutations = (t: MutationFields) => ({
  createUser: t.field({
    type: userType,
    args: { input: t.arg({ type: newUserType, required: true }) },
    resolve: (_root, { input }, context) => context.features.accounts.users.create(actor(context), parseInput(newUser, input)),
  }),
  createApiKey: t.field({
    type: shownType,
    args: { input: t.arg({ type: newKeyType, required: true }) },
    resolve: (_root, { input }, context) => context.features.accounts.keys.create(actor(context), parseInput(newKey, input)),
  }),
  revokeApiKey: t.field({
    type: 'Boolean',
    description: 'Returns true.',
    args: { id: t.arg.id({ required: true, description: 'The id of the key.' }) },
    resolve: async (_root, { id }, context) => {
      await context.features.accounts.keys.revoke(actor(context), parseId(id));
      return true;
    },
  }),
});
