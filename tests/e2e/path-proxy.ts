import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

/** A proxy that has the API server at a path, as Rancher has. */
export interface PathProxy {
  /** URL with the path. */
  readonly server: string;
  /** Methods and paths that were requested, without queries. */
  readonly requested: readonly string[];
  /** Replaces the response to `/version`. */
  version: object | undefined;
  close(): void;
}

const path = '/k8s/clusters/c-xyz';

/** @param config of the API server; requests pass with the credentials of the client */
export async function startPathProxy(config: KubeConfig): Promise<PathProxy> {
  const upstream = new URL(config.getCurrentCluster()?.server ?? '');
  const tls: RequestOptions = {};
  await config.applyToHTTPSOptions(tls);
  const requested: string[] = [];
  const forward = ({ method, url = '', headers }: IncomingMessage) => {
    requested.push(`${method} ${url.split('?')[0]}`);
    const options = { host: upstream.hostname, port: upstream.port, method, path: url.slice(path.length), ca: tls.ca };
    return request({ ...options, headers: { ...headers, host: upstream.host } });
  };
  const server = createServer((incoming, response) => {
    const { url = '' } = incoming;
    if (!url.startsWith(`${path}/`)) return response.writeHead(404).end();
    if (proxy.version !== undefined && url === `${path}/version`) return response.end(JSON.stringify(proxy.version));
    const outgoing = forward(incoming);
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    return incoming.pipe(outgoing);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const outgoing = forward(incoming);
    outgoing.on('upgrade', ({ rawHeaders }, remote, first) => {
      const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(first);
      remote.write(head);
      remote.pipe(socket).pipe(remote);
      remote.on('error', () => socket.destroy());
      socket.on('error', () => remote.destroy());
    });
    outgoing.on('response', () => socket.destroy());
    outgoing.on('error', () => socket.destroy());
    outgoing.end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const proxy: PathProxy = {
    server: `http://127.0.0.1:${port}${path}`,
    requested,
    version: undefined,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
