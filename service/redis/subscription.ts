import type { Redis as Client } from 'ioredis';

/** Milliseconds between PINGs: a subscribed connection can be idle for long, and a dead one must be noticed. */
const pingIntervalMs = 5000;

export interface Subscription {
  /** Resolves with the first successful SUBSCRIBE. */
  readonly subscribed: Promise<void>;
  close(): void;
}

/** Subscribes over a connection of its own, and again after each reconnection; `onSubscribed` is called each time. */
export function subscribe(client: Client, channel: string, onMessage: (message: string) => void, onSubscribed: () => void): Subscription {
  const { promise: subscribed, resolve } = Promise.withResolvers<void>();
  let closed = false;
  const subscriber = client.duplicate({ autoResubscribe: false });
  subscriber.on('message', (_channel, message) => onMessage(message));
  // The connection for commands reports outages.
  subscriber.on('error', () => {});
  subscriber.on('ready', async () => {
    try {
      await subscriber.subscribe(channel);
      onSubscribed();
      resolve();
    } catch {
      if (!closed) subscriber.disconnect(true);
    }
  });
  const timer = setInterval(() => subscriber.ping().catch(() => {}), pingIntervalMs).unref();
  return {
    subscribed,
    close() {
      closed = true;
      clearInterval(timer);
      subscriber.disconnect();
    },
  };
}
