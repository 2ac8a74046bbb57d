import { tracingChannel } from 'node:diagnostics_channel';
import type { Span } from '@opentelemetry/api';
import { fail, startLeaf, type Tracing } from './spans.ts';

/** What ioredis publishes about a command; its arguments are not read, because they contain keys. */
interface CommandMessage {
  readonly command: string;
  readonly serverAddress?: string;
  readonly serverPort?: number;
  readonly error?: unknown;
}

/** Spans of the commands of ioredis. @returns ends the subscription */
export function traceRedis(tracing: Tracing): () => void {
  const commands = tracingChannel<CommandMessage>('ioredis:command');
  const spans = new WeakMap<CommandMessage, Span>();
  const subscribers = {
    start(message: CommandMessage) {
      const { command, serverAddress, serverPort } = message;
      const span = startLeaf(tracing, command, {
        'db.system.name': 'redis',
        'db.operation.name': command,
        'server.address': serverAddress,
        'server.port': serverPort,
      });
      if (span !== undefined) spans.set(message, span);
    },
    error(message: CommandMessage) {
      const span = spans.get(message);
      if (span !== undefined) fail(span, message.error);
    },
    asyncStart: (message: CommandMessage) => spans.get(message)?.end(),
  };
  commands.subscribe(subscribers);
  return () => void commands.unsubscribe(subscribers);
}
