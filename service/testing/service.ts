import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { userRoles } from '../../contract/roles.ts';
import type { Settings } from '../../contract/settings.ts';
import { hashKey } from '../accounts/key-hashing.ts';
import { createApp } from '../app.ts';
import { type AppDependencies, createAppDependencies, type Infrastructure } from '../app-dependencies.ts';
import { endpointsOn, type ListenerKind } from '../endpoints-on.ts';
import type { Caller } from '../http/caller.ts';
import { createHttpServer } from '../http/http-server.ts';
import { answerParserErrors } from '../http/parser-errors.ts';
import { openApiText } from '../openapi/document.ts';
import { internet, type Network } from '../outbound/network.ts';
import { createModels } from '../providers/configuration.ts';
import type { Environment } from '../secret-files.ts';
import { parseSettings } from '../settings.ts';
import { shapes } from '../shapes.ts';
import { createLogger } from '../telemetry/log.ts';
import { withResponseChecks } from './check-responses.ts';
import { testDatabase, testSqlExecutor } from './database.ts';
import { exportsFolder } from './exports.ts';
import { createResponseValidator, type ResponseValidator } from './openapi-validator.ts';
import { cheapPasswords } from './passwords.ts';
import { memoryUsage } from './usage.ts';
import { testCaller } from './usage-events.ts';

/** Resolves no host. */
const noNetwork: Network = { ...internet, lookup: (host, callback) => callback(new Error(`ENOTFOUND ${host}`), []) };

const key = (id: string, rest: Partial<Caller> = {}) => testCaller({ id: `key:${id}`, ...rest });

/** Keys that the tests call with: their text is their name. */
const keys: Readonly<Record<string, Caller>> = {
  'user-key': key('user'),
  'developer-key': key('developer', { permissions: userRoles.Developer }),
  'admin-key': key('admin', { permissions: userRoles.Admin }),
  'reader-key': key('reader', { permissions: userRoles.ReadOnly }),
  'expired-key': key('expired', { expiresAt: Date.parse('2020-01-01T00:00:00Z') }),
  'three-requests-key': key('three', { quota: { requests: 3, windowSeconds: 60 } }),
};
const byHash = new Map(Object.entries(keys).map(([text, value]) => [hashKey(text), value]));

export function testSettings(environment: Environment) {
  const parsed = parseSettings({ EXPORTS_DIR: exportsFolder(), ...environment });
  if ('violations' in parsed) throw new Error(parsed.violations.join('\n'));
  return parsed.settings;
}

const judges = new Map<string, ResponseValidator>();
/** Judges by the document that a listener serves; it is read with the first response. */
function judgeOf(settings: Settings, kind: ListenerKind): ResponseValidator {
  return async (...response) => {
    const text = openApiText(settings.API_VERSION, endpointsOn(kind, settings), shapes);
    const judge = judges.get(text) ?? createResponseValidator(text);
    judges.set(text, judge);
    return judge(...response);
  };
}

async function listen(dependencies: AppDependencies, kind: ListenerKind, report: (mistake: string) => void) {
  const app = withResponseChecks(createApp(dependencies, kind), judgeOf(dependencies.settings, kind), report);
  const server = createHttpServer(app.callback()).listen(0, '127.0.0.1');
  answerParserErrors(server, { ...dependencies, releaseId: dependencies.settings.RELEASE_ID });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { server, url: `http://127.0.0.1:${address.port}` };
}

/** The app with the offline model over keys in memory, listening on a free port. */
export async function startService(environment: Environment = {}, outside: Partial<Infrastructure> = {}) {
  const lines: string[] = [];
  const settings = testSettings({ LOG_LEVEL: 'debug', ...environment });
  const log = createLogger(settings.LOG_LEVEL, { write: (line) => void lines.push(line) });
  const up = { kind: 'memory', check: () => sleep(0) };
  const dependencies = createAppDependencies(settings, log, {
    db: testDatabase,
    sqlExecutor: testSqlExecutor,
    keyStore: { find: async (keyHash) => byHash.get(keyHash) },
    passwordHasher: cheapPasswords,
    redis: undefined,
    usageStore: memoryUsage(),
    dependencies: { database: { ...up, required: true }, cache: { ...up, required: false } },
    models: (meter, onCall) => createModels(settings, meter, onCall),
    newsNetwork: noNetwork,
    ...outside,
  });
  const mistakes: string[] = [];
  const report = (mistake: string) => void mistakes.push(mistake);
  const [http, graphql] = await Promise.all([listen(dependencies, 'http', report), listen(dependencies, 'graphql', report)]);
  const close = async () => {
    for (const { server } of [http, graphql]) {
      // An answer that no test has read would keep its connection open.
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    }
    await dependencies.queries.close();
    await dependencies.batches.closeQueue(1);
    if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  };
  return { url: http.url, graphqlUrl: graphql.url, dependencies, lines, close };
}
export type TestService = Awaited<ReturnType<typeof startService>>;

/** The request of guide G0. */
export const g0 = { content_description: 'A dog on a beach at sunset', style: 'casual', audience: 'general', client_id: 'test-client' };

/** Calls POST /api/v4/generate with a key and a body; `init` overrides. */
export function generate(service: Pick<TestService, 'url'>, body: unknown = g0, apiKey = 'user-key', init: RequestInit = {}) {
  return fetch(`${service.url}/api/v4/generate`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  });
}
