import { once } from 'node:events';
import { createServer } from 'node:http';

/** An event as Sentry receives it. */
interface ReceivedEvent {
  readonly level: string;
  readonly release: string;
  readonly environment: string;
  readonly tags: Readonly<Record<string, unknown>>;
  readonly exception: { readonly values: readonly { readonly type: string; readonly value: string; readonly stacktrace: object }[] };
}

/** The items of an envelope: a header, then for each item its header and its payload, each on a line. */
function eventsIn(envelope: string): ReceivedEvent[] {
  const [, ...lines] = envelope.trimEnd().split('\n');
  return lines.flatMap((line, index) => (index % 2 === 0 && JSON.parse(line).type === 'event' ? [JSON.parse(lines[index + 1] ?? '')] : []));
}

/** A server that receives events as Sentry does, and answers when `answer` resolves. */
export async function startSentry(answer: () => Promise<number> = async () => 200) {
  const events: ReceivedEvent[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    bodies.push(body);
    events.push(...eventsIn(body));
    response.writeHead(await answer()).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    dsn: `http://publickeyofsentry@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/42`,
    events,
    /** Every byte that arrived. */
    received: () => bodies.join('\n'),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
