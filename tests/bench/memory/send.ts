import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { key } from '../service-process.ts';

/** A request; a POST if it has a body. `key`: another one than that of the service, or none. */
export interface Sent {
  readonly url: string;
  readonly body?: object;
  readonly key?: string | undefined;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });
export const closeConnections = () => agent.destroy();

function start(sent: Sent) {
  const credential = 'key' in sent ? sent.key : key;
  const headers = {
    'Content-Type': 'application/json',
    ...(credential === undefined ? {} : { Authorization: `Bearer ${credential}` }),
  };
  return request(sent.url, { method: sent.body === undefined ? 'GET' : 'POST', agent, headers }).end(
    sent.body === undefined ? '' : JSON.stringify(sent.body),
  );
}

/** Sends a request and reads the response; returns its status. */
export async function send(sent: Sent): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  start(sent).once('response', resolve).once('error', reject);
  const response = (await promise).resume();
  await once(response, 'end');
  return response.statusCode;
}

/** Sends a request and closes the connection: at the first bytes of the response, or before it if `afterMs` passes first. */
export async function sendAndDisconnect(sent: Sent, afterMs: number): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const started = start(sent)
    .on('error', () => {})
    .once('close', resolve);
  const timer = setTimeout(() => started.destroy(), afterMs);
  started.once('response', (response) => response.once('data', () => started.destroy()));
  await closed;
  clearTimeout(timer);
}
