import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts a proxy on loopback to the server of the URL `target`; its answers can be delayed. */
export async function startSlowProxy(target: string) {
  const url = new URL(target);
  const [host, port] = [url.hostname, Number(url.port)];
  let delayMs = 0;
  const server = createServer((from) => {
    const to = connect(port, host);
    from.pipe(to);
    // In order, also while the delay becomes shorter.
    let last = Promise.resolve();
    to.on('data', (chunk) => {
      const due = sleep(delayMs);
      last = last.then(() => due).then(() => void from.write(chunk));
    });
    to.on('error', () => from.destroy()).on('close', () => from.destroy());
    from.on('error', () => to.destroy()).on('close', () => to.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    delay(milliseconds: number) {
      delayMs = milliseconds;
    },
    end: () => void server.close(),
  };
}
