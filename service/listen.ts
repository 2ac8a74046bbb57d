import { once } from 'node:events';
import type { Server } from 'node:http';
import type Koa from 'koa';
import type { State } from './http/context.ts';
import { createHttpServer } from './http/http-server.ts';
import { answerParserErrors, type ParserErrorOptions } from './http/parser-errors.ts';
import { StartError } from './runtime/start-error.ts';

/** A setting that says on which port a process listens. */
export type PortSetting = 'PORT' | 'GRAPHQL_PORT' | 'METRICS_PORT';

interface Address {
  readonly setting: PortSetting;
  readonly port: number;
  readonly host: string;
}

/** By the code of the system's error: why nothing can listen there, and what to do. */
const causes: Readonly<Record<string, (address: Address) => string>> = {
  EADDRINUSE: ({ setting, port }) =>
    `${setting}: another program listens on port ${port} already: stop it, or set ${setting} to a free port (0 takes any).`,
  EACCES: ({ setting, port }) => `${setting}: this user may not listen on port ${port}: set ${setting} to a port from 1024 to 65535.`,
  EADDRNOTAVAIL: unknownHost,
  ENOTFOUND: unknownHost,
  EAI_AGAIN: unknownHost,
};
function unknownHost({ host }: Address): string {
  return `HOST: ${host} is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all of them.`;
}

/** @throws {StartError} if the address cannot be listened on */
export async function listen(app: Koa<State>, address: Address, parserErrors: ParserErrorOptions): Promise<Server> {
  const server = createHttpServer(app.callback());
  answerParserErrors(server, parserErrors);
  server.listen(address.port, address.host);
  await once(server, 'listening').catch((cause: unknown) => {
    const code = Error.isError(cause) && 'code' in cause ? String(cause.code) : '';
    const sentence = causes[code]?.(address);
    throw sentence === undefined ? cause : new StartError(sentence, { cause });
  });
  return server;
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
