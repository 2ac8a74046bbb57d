import { join } from 'node:path';
import { freePort } from '../../services/servers.ts';
import { onServerCore } from '../cores.ts';
import { captionBody, chatBody } from '../requests.ts';
import { launch } from '../server-process.ts';
import { authorization, key } from '../service-process.ts';
import { logOf, type Surroundings, type Target, type TargetName } from '../targets.ts';

interface Peer {
  readonly name: TargetName;
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  command(folder: string, port: string): readonly string[];
}

const here = import.meta.dirname;
const chat = { path: '/v1/chat/completions', body: chatBody };

/** Other gateways with their settings for production, and an application with the features of the service. */
const peers = (upstream: string): readonly Peer[] => [
  {
    name: 'cached caption, FastAPI',
    path: '/api/v4/generate',
    body: captionBody,
    env: { KEY: key, PYTHONDONTWRITEBYTECODE: '1' },
    command: (folder, port) => [
      ...[join(folder, 'venv/bin/uvicorn'), 'captions:app', '--app-dir', here, '--port', port],
      ...['--loop', 'uvloop', '--http', 'httptools', '--workers', '1', '--no-access-log'],
    ],
  },
  {
    name: 'pass-through, Portkey',
    ...chat,
    headers: { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': upstream },
    env: { NODE_ENV: 'production' },
    command: (folder, port) => [
      ...[process.execPath, join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js')],
      ...[`--port=${port}`, '--headless'],
    ],
  },
  {
    name: 'pass-through, LiteLLM',
    ...chat,
    env: { KEY: key, UPSTREAM: upstream, LITELLM_LOCAL_MODEL_COST_MAP: 'True', LITELLM_LOG: 'ERROR', LITELLM_MODE: 'PRODUCTION' },
    command: (folder, port) => [
      ...[join(folder, 'venv/bin/litellm'), '--config', join(here, 'litellm.yaml')],
      ...['--host', '127.0.0.1', '--port', port, '--num_workers', '1'],
    ],
  },
];

export function peerTargets(around: Surroundings): readonly Target[] {
  const { peers: installed } = around;
  return peers(around.upstream).map(({ name, path, body, headers, env, command }) => {
    if (typeof installed === 'string') return { name, skipped: installed };
    const start = async () => {
      const port = String(await freePort());
      const request = { url: `http://127.0.0.1:${port}${path}`, headers: { ...authorization, ...headers }, body };
      const launched = { command: onServerCore(command(installed.folder, port)), env: { HOME: installed.folder, ...env } };
      return { server: await launch({ ...launched, log: logOf(around, name), ready: request, maxSeconds: 150 }), request };
    };
    return { name, start };
  });
}
