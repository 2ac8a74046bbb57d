import type { Redis as Client } from 'ioredis';

/** How often a connection that may be silent for long is asked whether it lives, in milliseconds. */
const pulse = 5000;

export interface Subscription {
  /** Resolves when the channel is heard for the first time. */
  readonly began: Promise<void>;
  close(): void;
}

/** Hears a channel over a connection like `client`'s, made anew whenever it is lost. `begins` is called each time it hears again. */
export function subscribe(client: Client, channel: string, hear: (message: string) => void, begins: () => void): Subscription {
  const { promise: began, resolve } = Promise.withResolvers<void>();
  let closed = false;
  const subscriber = client.duplicate({ autoResubscribe: false });
  subscriber.on('message', (_channel, message) => hear(message));
  // The other connection to the same server tells that it is away.
  subscriber.on('error', () => {});
  subscriber.on('ready', async () => {
    try {
      await subscriber.subscribe(channel);
      begins();
      resolve();
    } catch {
      if (!closed) subscriber.disconnect(true);
    }
  });
  const timer = setInterval(() => subscriber.ping().catch(() => {}), pulse).unref();
  return {
    began,
    close() {
      closed = true;
      clearInterval(timer);
      subscriber.disconnect();
    },
  };
}
