import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';

/** One call that reached the proxy; `number` counts from 1. */
export interface ProxiedCall {
  readonly number: number;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** What the proxy does with a call. Times in milliseconds. */
export type Treatment =
  | { readonly does: 'pass'; readonly afterMs?: number; readonly cutAfterMs?: number }
  /** Closes the connection; the API server never sees the call. */
  | { readonly does: 'drop' }
  /** The API server handles the call; the connection is reset before its answer arrives. */
  | { readonly does: 'lose'; readonly onLost?: () => void }
  /** Holds the call and then closes the connection. */
  | { readonly does: 'stall'; readonly forMs: number };

export interface ApiProxy {
  /** URL of the API server through this proxy: plain HTTP on loopback, with the rights of the current context. */
  readonly server: string;
  /** What was called, in order: `GET /api/v1/…`. */
  readonly calls: readonly string[];
  close(): void;
}

/** A proxy between a client and the API server that decides about each request. Streams are forwarded as they arrive. */
export async function startApiProxy(decide: (call: ProxiedCall) => Treatment = () => ({ does: 'pass' })): Promise<ApiProxy> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const target = config.getCurrentCluster()?.server ?? '';
  const calls: string[] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url = '' } = incoming;
    calls.push(`${method} ${url}`);
    const treatment = decide({ number: calls.length, method, url });
    treat(treatment, incoming, response, () => request(new URL(url, target), { ...options, method, headers: forwarded(incoming) })).catch(
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    server: `http://127.0.0.1:${address.port}`,
    calls,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forwarded({ headers }: IncomingMessage): IncomingMessage['headers'] {
  const { host: _host, connection: _connection, ...others } = headers;
  return others;
}

async function treat(
  treatment: Treatment,
  incoming: IncomingMessage,
  response: ServerResponse,
  open: () => ReturnType<typeof request>,
): Promise<void> {
  if (treatment.does === 'stall') await sleep(treatment.forMs, undefined, { ref: false });
  if (treatment.does === 'stall' || treatment.does === 'drop') {
    response.destroy();
    return;
  }
  if (treatment.does === 'pass') await sleep(treatment.afterMs ?? 0);
  const outgoing = open();
  outgoing.on('error', () => response.destroy());
  // A client that leaves ends its watch; a call that is to be lost is handled all the same.
  if (treatment.does === 'pass') response.on('close', () => outgoing.destroy());
  outgoing.on('response', (answer) => {
    if (treatment.does === 'lose') {
      answer.resume();
      answer.on('end', () => {
        treatment.onLost?.();
        response.destroy();
      });
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    answer.on('error', () => response.destroy());
    answer.pipe(response);
    const { cutAfterMs } = treatment;
    if (cutAfterMs === undefined) return;
    const timer = setTimeout(() => response.destroy(), cutAfterMs);
    response.on('close', () => clearTimeout(timer));
  });
  incoming.pipe(outgoing);
}
