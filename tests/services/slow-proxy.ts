import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listenFor } from './proxy-url.ts';

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
  });
  const proxied = await listenFor(url, server);
  return {
    url: proxied,
    delay(milliseconds: number) {
      delayMs = milliseconds;
    },
    end: () => void server.close(),
  };
}
