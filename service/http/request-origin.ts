import type { IncomingHttpHeaders } from 'node:http';

interface Request {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/** Headers that proxies add. */
const forwarding = /^(?:forwarded$|via$|x-real-ip$|x-forwarded-)/;

/** Whether a proxy passed the request on. */
export const isForwarded = ({ headers }: Pick<Request, 'headers'>): boolean => Object.keys(headers).some((name) => forwarding.test(name));

/** Not all of 127.0.0.0/8: sidecars of a service mesh pass requests of other machines on from 127.0.0.6. */
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i;

/**
 * Whether a program on this machine sent the request, by a name of this machine: pages of other sites whose names resolve to a loopback
 * address (DNS rebinding) send their own.
 */
export const isLocal = ({ socket, headers }: Request): boolean =>
  loopback.has(socket.remoteAddress ?? '') && loopbackName.test(headers.host ?? '');
