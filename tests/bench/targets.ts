import { join } from 'node:path';
import { endpoints } from '../../contract/endpoints/index.ts';
import { freePort } from '../services/servers.ts';
import { onServerCore } from './cores.ts';
import { captionBody, chatBody, chatModel, graphqlBody } from './requests.ts';
import { launch, type ServerProcess } from './server-process.ts';
import { authorization, startService } from './service-process.ts';
import type { Request } from './wrk.ts';

/** A server with the request that is measured. */
export interface Started {
  readonly server: ServerProcess;
  readonly request: Request;
}
/** `skipped`: why it cannot run here. */
export type Target = { readonly name: TargetName } & ({ readonly skipped: string } | { start(): Promise<Started> });

export const targetNames = [
  'Koa + body parser',
  'cached caption, embedded',
  'cached caption, PostgreSQL + Redis',
  'cached caption, FastAPI',
  'GraphQL models, embedded',
  'GraphQL models, PostgreSQL + Redis',
  'pass-through, embedded',
  'pass-through, PostgreSQL + Redis',
  'pass-through, Portkey',
  'pass-through, LiteLLM',
] as const;
export type TargetName = (typeof targetNames)[number];

/** What the targets need. */
export interface Surroundings {
  /** For data and logs. */
  readonly folder: string;
  /** Base URL of the upstream of the pass-through. */
  readonly upstream: string;
  /** Settings of the stores; or why there are none. */
  readonly stores: Readonly<Record<string, string>> | string;
  /** Where the peers are installed; or why they are not. */
  readonly peers: { readonly folder: string } | string;
}

export const logOf = ({ folder }: Surroundings, name: string) => join(folder, `${name.replaceAll(/[^A-Za-z0-9]+/g, '-')}.log`);

/** Starts a script of this folder on a free port. */
export async function startScript(name: string, log: string, pin = onServerCore) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const command = pin([process.execPath, join(import.meta.dirname, name)]);
  const env = { NODE_ENV: 'production', PORT: String(port) };
  return { server: await launch({ command, env, log, ready: { url, headers: {}, body: '{}' } }), url };
}

/** A second upstream, to measure the latency of requests without a gateway; it is suspended when it is not measured. */
export async function startUpstream(around: Surroundings): Promise<Started> {
  const { server, url } = await startScript('mock-upstream.ts', logOf(around, 'direct'), (command) => command);
  return { server, request: { url: `${url}v1/chat/completions`, headers: {}, body: chatBody } };
}

const endpointOf = {
  'cached caption': { path: endpoints.generate.path, body: captionBody, role: 'api' },
  'GraphQL models': { path: endpoints.graphql.path, body: graphqlBody, role: 'graphql' },
  'pass-through': { path: endpoints.chatCompletions.path, body: chatBody, role: 'api' },
} as const;

type Kind = keyof typeof endpointOf;

/** The service: complete with its embedded database, or one role with PostgreSQL and Redis. */
function serviceTarget(around: Surroundings, kind: Kind, stores: 'embedded' | 'PostgreSQL + Redis'): Target {
  const name = `${kind}, ${stores}` as const;
  const { path, body, role } = endpointOf[kind];
  const storage = stores === 'embedded' ? { LEYENDA_DATA_DIR: join(around.folder, name) } : around.stores;
  if (typeof storage === 'string') return { name, skipped: storage };
  const model = { provider: 'openai', id: chatModel, base_url: around.upstream, api_key: 'sk-upstream' };
  const env = {
    ...storage,
    ...(stores === 'embedded' ? {} : { ROLE: role }),
    ...(kind === 'pass-through' ? { TEXT_MODELS: JSON.stringify([model]) } : {}),
  };
  const start = async () => {
    const server = await startService({ log: logOf(around, name), env, pin: onServerCore });
    return { server, request: { url: (role === 'graphql' ? server.graphqlUrl : server.url) + path, headers: authorization, body } };
  };
  return { name, start };
}

export const baseline = (around: Surroundings): Target => ({
  name: 'Koa + body parser',
  async start() {
    const { server, url } = await startScript('baseline.ts', logOf(around, 'baseline'));
    return { server, request: { url, headers: {}, body: captionBody } };
  },
});

export const serviceTargets = (around: Surroundings): readonly Target[] =>
  (['cached caption', 'GraphQL models', 'pass-through'] as const).flatMap((kind) =>
    (['embedded', 'PostgreSQL + Redis'] as const).map((stores) => serviceTarget(around, kind, stores)),
  );
