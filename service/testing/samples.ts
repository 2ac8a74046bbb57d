import { randomUUID } from 'node:crypto';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { Client } from '../client/client.ts';
import type { AnyInput } from '../client/request.ts';
import type { CallInput } from '../client/types.ts';
import type { Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { testDatabase } from './database.ts';
import { cheapPasswords } from './passwords.ts';

/**
 * How the tests over all endpoints call one:
 * - `'example'`: with the first of the examples that the schema of its body declares (`.meta({ examples })`);
 * - an input, `{}` where the endpoint takes none;
 * - `owned`, where the endpoint is about an object that has an owner: makes one with the owner's client, anew for each call;
 *   anybody else who asks for the same is answered 404;
 * - `prepared`, where all who hold the permission see the same objects: makes one with an administrator's client.
 */
type Sample<N extends EndpointName> =
  | 'example'
  | CallInput<N>
  | { readonly owned: (owner: Client) => Promise<CallInput<N>> }
  | { readonly prepared: (admin: Client) => Promise<CallInput<N>> };

const someone = () => `someone-${randomUUID()}`;
const password = 'a pass phrase of the tests';
let hashed: Promise<string> | undefined;
const passwordHash = () => {
  hashed ??= cheapPasswords.hash(password);
  return hashed;
};

/** A new user who can log in. */
async function newcomer() {
  const body = { username: someone(), password };
  const values = { username: body.username, role: 'User', password_hash: await passwordHash() } as const;
  await testDatabase.insertInto('users').values(values).execute();
  return { body };
}
const newUser = (admin: Client) => admin.call('createUser', { body: { username: someone(), email: `${someone()}@example.com` } });

/** The key that a client calls with. */
async function keyOfClient(client: Client) {
  const key = (await client.call('listKeys', { query: { limit: 200 } })).items.find(({ current }) => current);
  if (key?.user_id == null) throw new Error('the client calls with no key of a user');
  return { id: key.id, userId: key.user_id };
}
/** A session of the user to whom a client's key belongs. */
async function sessionOf(client: Client) {
  const { userId: user_id } = await keyOfClient(client);
  const values = { user_id, expires_at: new Date(Date.now() + 60_000) };
  return testDatabase.insertInto('sessions').values(values).returning('id').executeTakeFirstOrThrow();
}

const ownBatch = async (owner: Client) => {
  const item = { kind: 'generate', content_description: 'A dog', style: 'casual', audience: 'general', client_id: 'test-client' } as const;
  const { id } = await owner.call('createBatch', { body: { items: [item] } });
  return { params: { id } };
};

/** A new endpoint needs its line here, else this does not compile; the tests of access and of all bodies then cover it. */
const samples: { readonly [N in EndpointName]: Sample<N> } = {
  generate: 'example',
  login: { prepared: newcomer },
  refresh: {
    prepared: async (admin) => ({ body: { refresh_token: (await admin.call('login', await newcomer())).refresh_token } }),
  },
  logout: {},
  listSessions: {},
  endSession: { owned: async (owner) => ({ params: { id: (await sessionOf(owner)).id } }) },
  endSessions: {},
  createUser: { prepared: async () => ({ body: { username: someone(), email: `${someone()}@example.com` } }) },
  listUsers: {},
  readOwnUser: {},
  updateOwnUser: { prepared: async () => ({ body: { email: `${someone()}@example.com` } }) },
  readUser: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).userId } }) },
  updateUser: { prepared: async (admin) => ({ params: { id: (await newUser(admin)).id }, body: { role: 'Developer' } }) },
  deleteUser: { prepared: async (admin) => ({ params: { id: (await newUser(admin)).id } }) },
  setPassword: {
    async owned(owner) {
      const { userId: id } = await keyOfClient(owner);
      await testDatabase
        .updateTable('users')
        .set({ password_hash: await passwordHash() })
        .where('id', '=', id)
        .execute();
      return { params: { id }, body: { password: 'another pass phrase', current_password: password } };
    },
  },
  createKey: { body: { name: 'My API Key' } },
  listKeys: {},
  readKey: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).id } }) },
  // Nobody but an administrator rotates a key with another one.
  rotateKey: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).id }, body: {} }) },
  revokeKey: { owned: async (owner) => ({ params: { id: (await owner.call('createKey', { body: { name: 'to revoke' } })).id } }) },
  updateKey: {
    prepared: async (admin) => ({
      params: { id: (await admin.call('createKey', { body: { name: 'to change' } })).id },
      body: { name: 'x' },
    }),
  },
  listAudit: {},
  usage: { query: { bucket: 'day', group_by: 'model' } },
  query: 'example',
  models: {},
  chatCompletions: 'example',
  compatibleModels: {},
  compatibleModel: { params: { model: 'auto' } },
  createBatch: 'example',
  listBatches: {},
  readBatch: { owned: ownBatch },
  batchResults: { owned: ownBatch },
  cancelBatch: { owned: ownBatch },
  root: {},
  health: {},
  ready: {},
  healthDetailed: {},
  cacheStats: {},
  clearCache: {},
  processMetrics: {},
  metrics: {},
  openapi: {},
  docs: {},
  docsFile: { params: { file: 'start.js' } },
  graphql: 'example',
  graphiql: {},
  graphiqlFile: { params: { file: 'start.js' } },
};

/** Whether the endpoint is about an object that has an owner. */
export function hasOwner(name: EndpointName): boolean {
  const sample = samples[name];
  return sample !== 'example' && 'owned' in sample;
}

function exampleOf(name: EndpointName): AnyInput {
  const { body }: Shape = shapes[name];
  const { examples } = body.meta() ?? {};
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  if (example === undefined) throw new Error(`the body of ${name} has no example: add .meta({ examples: [...] }) to its schema`);
  return { body: example };
}

/** An input that the endpoint answers well when the owner asks. */
export async function sampleInput(
  name: EndpointName,
  { owner, admin }: { readonly owner: Client; readonly admin: Client },
): Promise<AnyInput> {
  const sample = samples[name];
  if (sample === 'example') return exampleOf(name);
  if ('owned' in sample) return sample.owned(owner);
  return 'prepared' in sample ? sample.prepared(admin) : sample;
}
