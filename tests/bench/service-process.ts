import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endpoints } from '../../contract/endpoints/index.ts';
import { nodeOptions } from '../../contract/node-options.ts';
import { generateKey } from '../../service/accounts/key-hashing.ts';
import { freePort } from '../services/servers.ts';
import { launch, type ServerProcess } from './server-process.ts';

const root = join(import.meta.dirname, '..', '..');
/** The bundle of the image. */
export const bundle = join(root, 'build', 'service', 'main.js');

export const buildBundle = () => promisify(execFile)('npm', ['run', 'build', '--', 'service'], { cwd: root });

/** A key that the service accepts. */
export const key = generateKey();
export const authorization = { Authorization: `Bearer ${key}` };
const highLimits = Object.fromEntries(
  ['RATE_LIMIT_REQUESTS', 'RATE_LIMIT_IP_REQUESTS', 'RATE_LIMIT_BATCH_REQUESTS'].map((name) => [name, '1000000']),
);

export interface ServiceProcess extends ServerProcess {
  readonly url: string;
  readonly graphqlUrl: string;
}

interface Options {
  readonly log: string;
  readonly env: Readonly<Record<string, string>>;
  /** Default: on the core of this process. */
  readonly pin?: (command: readonly string[]) => readonly string[];
  /** In addition to those of the image. */
  readonly moreNodeOptions?: readonly string[];
}

/** Starts the service with a key and without reachable limits. */
export async function startService({ log, env, pin = (command) => command, moreNodeOptions = [] }: Options): Promise<ServiceProcess> {
  const [port, graphqlPort] = [await freePort(), await freePort()];
  const own = { NODE_ENV: 'production', HOST: '127.0.0.1', PORT: String(port), GRAPHQL_PORT: String(graphqlPort), VALID_API_KEYS: key };
  const url = `http://127.0.0.1:${port}`;
  // The role graphql listens on its port only.
  const probed = env.ROLE === 'graphql' ? graphqlPort : port;
  const process_ = await launch({
    command: pin([process.execPath, ...nodeOptions, ...moreNodeOptions, bundle]),
    env: { ...own, ...highLimits, ...env },
    log,
    ready: `http://127.0.0.1:${probed}${endpoints.ready.path}`,
  });
  return { ...process_, url, graphqlUrl: `http://127.0.0.1:${graphqlPort}` };
}
