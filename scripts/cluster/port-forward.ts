import { Duplex, PassThrough, Writable } from 'node:stream';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Ref } from './objects.ts';

let loading: Promise<typeof import('@kubernetes/client-node/dist/portforward.js')> | undefined;
/** Loads the client's port-forward lazily, because most commands do not need it. */
export function loadPortForward() {
  loading ??= import('@kubernetes/client-node/dist/portforward.js');
  return loading;
}

/** Opens a connection to a port of a pod through the API server; destroying it closes the WebSocket. */
export async function openPortForward(config: KubeConfig, pod: Ref, port: number): Promise<Duplex> {
  const toPod = new PassThrough();
  const connection = new Duplex({
    read() {},
    write: (chunk, encoding, done) => {
      toPod.write(chunk, encoding, done);
    },
    destroy: (error, done) => {
      if (typeof socket !== 'function') socket.close();
      done(error);
    },
  });
  const fromPod = new Writable({
    write: (chunk, _encoding, done) => {
      connection.push(chunk);
      done();
    },
  });
  const { PortForward } = await loadPortForward();
  const socket = await new PortForward(config).portForward(pod.namespace, pod.name, [port], fromPod, null, toPod);
  if (typeof socket === 'function') throw new Error('port-forward gave no connection');
  socket.on('close', () => connection.push(null));
  socket.on('error', (error: Error) => connection.destroy(error));
  return connection;
}
