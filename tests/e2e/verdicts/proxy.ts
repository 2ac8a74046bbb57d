import { connect, createServer, type Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

export interface SeveringProxy {
  /** The API server through this proxy. */
  readonly server: string;
  /** Cuts every connection that is older than this, as long as it is not undefined. Milliseconds. */
  cutAfterMs: number | undefined;
  /** Connections that were cut. */
  cut(): number;
  close(): void;
}

/** A proxy between a tool and the API server that drops long connections, such as watches. */
export function startProxy(): Promise<SeveringProxy> {
  const config = new KubeConfig();
  config.loadFromDefault();
  const target = new URL(config.getCurrentCluster()?.server ?? '');
  const open = new Map<Socket, number>();
  let severed = 0;
  const server = createServer((inside) => {
    const outside = connect(Number(target.port), target.hostname);
    open.set(inside, Date.now());
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    inside.on('close', () => open.delete(inside));
  });
  const timer = setInterval(() => {
    const { cutAfterMs } = proxy;
    if (cutAfterMs === undefined) return;
    for (const [socket, since] of open) {
      if (Date.now() - since < cutAfterMs) continue;
      severed += 1;
      socket.resetAndDestroy();
    }
  }, 100);
  const proxy = {
    server: '',
    cutAfterMs: undefined as number | undefined,
    cut: () => severed,
    close() {
      clearInterval(timer);
      for (const socket of open.keys()) socket.destroy();
      server.close();
    },
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      proxy.server = `${target.protocol}//127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
      resolve(proxy);
    });
  });
}
