import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EndpointName } from '../../contract/endpoints/index.ts';
import type { Client } from '../client/client.ts';
import type { AnyInput } from '../client/request.ts';
import type { CallInput } from '../client/types.ts';
import { isDeclared, type Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { builtPageFolder } from '../system/web-page.ts';
import { testDatabase } from './database.ts';
import { insertFinishedExport } from './exports.ts';
import { insertArticle, insertSource } from './news.ts';
import { cheapPasswords } from './passwords.ts';

/**
 * The input with which the tests over all endpoints call one. The default is the first example of the body's schema
 * (`.meta({ examples })`), or no input. An endpoint with parameters in its path needs one of these:
 * - an input;
 * - `owned`: the endpoint reads or changes an object with an owner. It creates one with the owner's client for each call; other callers
 *   get 404;
 * - `prepared`: every caller with the permission sees the same objects. It creates one with an administrator's client.
 */
type Sample<N extends EndpointName> =
  | CallInput<N>
  | { readonly owned: (owner: Client) => Promise<CallInput<N>> }
  | { readonly prepared: (admin: Client) => Promise<CallInput<N>> };

const newUsername = () => `user-${randomUUID()}`;
const password = 'a pass phrase of the tests';
let hashed: Promise<string> | undefined;
const passwordHash = () => {
  hashed ??= cheapPasswords.hash(password);
  return hashed;
};

/** Creates a user with a password. */
async function createLogin() {
  const body = { username: newUsername(), password };
  const values = { username: body.username, role: 'User', password_hash: await passwordHash() } as const;
  await testDatabase.insertInto('users').values(values).execute();
  return { body };
}
const createUser = (admin: Client) =>
  admin.call('createUser', { body: { username: newUsername(), email: `${newUsername()}@example.com` } });

/** The key of a client. */
async function keyOfClient(client: Client) {
  const key = (await client.call('listKeys', { query: { limit: 200 } })).items.find(({ current }) => current);
  if (key?.user_id == null) throw new Error('the key of the client has no user');
  return { id: key.id, userId: key.user_id };
}
/** Creates a session of the user of a client. */
async function createSession(client: Client) {
  const { userId: user_id } = await keyOfClient(client);
  const values = { user_id, expires_at: new Date(Date.now() + 60_000) };
  return testDatabase.insertInto('sessions').values(values).returning('id').executeTakeFirstOrThrow();
}

const createOwnBatch = async (owner: Client) => {
  const item = { kind: 'generate', content_description: 'A dog', style: 'casual', audience: 'general', client_id: 'test-client' } as const;
  const { id } = await owner.call('createBatch', { body: { items: [item] } });
  return { params: { id } };
};

/** A finished export of the user of a client. */
const createOwnExport = async (owner: Client) => {
  const { userId } = await keyOfClient(owner);
  return { params: { id: await insertFinishedExport(`user:${userId}`) } };
};
/** The link of an export, which needs no credential. */
async function createExportLink(admin: Client) {
  const { params } = await createOwnExport(admin);
  const { link } = await admin.call('readExport', { params });
  const query = new URL(link?.url ?? '', 'http://localhost').searchParams;
  return { params, query: { expires: query.get('expires') ?? '', signature: query.get('signature') ?? '' } };
}

/** A file of the built page. */
export const builtFile = async () => (await readdir(join(builtPageFolder(), 'page'))).sort()[0] ?? '';

const newSource = () => {
  const host = `${randomUUID()}.example.com`;
  const urls = { url: `https://${host}/feed.xml`, terms_url: `https://${host}/terms` };
  return { name: host, ...urls, kind: 'feed', legal_basis: 'public_feed' } as const;
};
const createSource = async (admin: Client) => ({ params: { id: (await admin.call('createSource', { body: newSource() })).id } });

type WithParams = { [N in EndpointName]: CallInput<N> extends { readonly params: object } ? N : never }[EndpointName];
type Samples = { readonly [N in WithParams]: Sample<N> } & { readonly [N in EndpointName]?: Sample<N> };

const samples: Samples = {
  login: { prepared: createLogin },
  signIn: { prepared: createLogin },
  refresh: {
    prepared: async (admin) => ({ body: { refresh_token: (await admin.call('login', await createLogin())).refresh_token } }),
  },
  endSession: { owned: async (owner) => ({ params: { id: (await createSession(owner)).id } }) },
  createUser: { prepared: async () => ({ body: { username: newUsername(), email: `${newUsername()}@example.com` } }) },
  updateOwnUser: { prepared: async () => ({ body: { email: `${newUsername()}@example.com` } }) },
  readUser: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).userId } }) },
  updateUser: { prepared: async (admin) => ({ params: { id: (await createUser(admin)).id }, body: { role: 'Developer' } }) },
  deleteUser: { prepared: async (admin) => ({ params: { id: (await createUser(admin)).id } }) },
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
  readKey: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).id } }) },
  // Only an administrator can rotate a key other than its own.
  rotateKey: { owned: async (owner) => ({ params: { id: (await keyOfClient(owner)).id }, body: {} }) },
  revokeKey: { owned: async (owner) => ({ params: { id: (await owner.call('createKey', { body: { name: 'to revoke' } })).id } }) },
  updateKey: {
    prepared: async (admin) => ({
      params: { id: (await admin.call('createKey', { body: { name: 'to change' } })).id },
      body: { name: 'x' },
    }),
  },
  usage: { query: { bucket: 'day', group_by: 'model' } },
  compatibleModel: { params: { model: 'auto' } },
  readBatch: { owned: createOwnBatch },
  batchResults: { owned: createOwnBatch },
  cancelBatch: { owned: createOwnBatch },
  readArticle: {
    prepared: async () => ({ params: { id: await insertArticle(testDatabase, { source_id: await insertSource(testDatabase) }) } }),
  },
  createSource: { prepared: async () => ({ body: newSource() }) },
  readSource: { prepared: createSource },
  updateSource: { prepared: async (admin) => ({ ...(await createSource(admin)), body: { interval_minutes: 120 } }) },
  deleteSource: { prepared: createSource },
  validateSource: { prepared: createSource },
  fetchSource: { prepared: createSource },
  listSourceFetches: { prepared: createSource },
  readExport: { owned: createOwnExport },
  deleteExport: { owned: createOwnExport },
  readExportFile: { owned: createOwnExport },
  downloadExport: { prepared: createExportLink },
  docsFile: { params: { file: 'start.js' } },
  webFile: { prepared: async () => ({ params: { file: await builtFile() } }) },
  graphiqlFile: { params: { file: 'start.js' } },
};

/** Whether the endpoint reads or changes an object with an owner. */
export function hasOwner(name: EndpointName): boolean {
  const sample = samples[name];
  return sample !== undefined && 'owned' in sample;
}

function defaultInput(name: EndpointName): AnyInput {
  const { body }: Shape = shapes[name];
  if (!isDeclared(body)) return {};
  const { examples } = body.meta() ?? {};
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  if (example === undefined) throw new Error(`the body of ${name} has no example: add .meta({ examples: [...] }) to its schema`);
  return { body: example };
}

/** An input with which the owner's call succeeds. */
export async function sampleInput(
  name: EndpointName,
  { owner, admin }: { readonly owner: Client; readonly admin: Client },
): Promise<AnyInput> {
  const sample = samples[name];
  if (sample === undefined) return defaultInput(name);
  if ('owned' in sample) return sample.owned(owner);
  return 'prepared' in sample ? sample.prepared(admin) : sample;
}
