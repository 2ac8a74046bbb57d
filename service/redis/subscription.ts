import type { Redis as Client } from 'ioredis';

/** Milliseconds between PINGs: a subscribed connection can be idle for long, and a dead one must be noticed. */
const pingIntervalMs = 5000;
/** Milliseconds before a lost connection is replaced. */
const reopenMs = 200;

export interface Subscription {
  /** Resolves with the first successful SUBSCRIBE. */
  readonly subscribed: Promise<void>;
  close(): void;
}

interface Options {
  /** Opens a connection that does not reconnect; undefined while that is impossible. */
  readonly open: () => Client | undefined;
  readonly channel: string;
  readonly onMessage: (message: string) => void;
  /** Called after each SUBSCRIBE: messages before it may have been missed. */
  readonly onSubscribed: () => void;
}

/** Subscribes over a connection of its own, and again over a new one, perhaps to another node, when that is lost. */
export function subscribe({ open, channel, onMessage, onSubscribed }: Options): Subscription {
  const { promise: subscribed, resolve } = Promise.withResolvers<void>();
  let connection: Client | undefined;
  let reopening: NodeJS.Timeout | undefined;
  let closed = false;
  function reopen(): void {
    if (!closed) reopening = setTimeout(start, reopenMs).unref();
  }
  function start(): void {
    const opened = open();
    connection = opened;
    if (opened === undefined) {
      reopen();
      return;
    }
    opened.on('message', (_channel, message) => onMessage(message));
    // The connection for commands reports outages.
    opened.on('error', () => {});
    opened.once('end', reopen);
    opened.once('ready', () => {
      opened
        .subscribe(channel)
        .then(onSubscribed)
        .then(resolve, () => opened.disconnect());
    });
  }
  start();
  const pinging = setInterval(() => connection?.ping().catch(() => {}), pingIntervalMs).unref();
  return {
    subscribed,
    close() {
      closed = true;
      clearInterval(pinging);
      clearTimeout(reopening);
      connection?.disconnect();
    },
  };
}
