import { Failure } from '../cli/failure.ts';

const rejected = (cause: string, remedy: string) => new Failure('usage', cause, remedy);

/** A text with one of these characters may contain a password or a token, and is not printed. */
const shown = (text: string) => (/[@?#]/.test(text) ? 'the URL' : text);

/** @throws {Failure} `usage` unless the text is an http or https URL without credentials, query and fragment */
function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw rejected(`${shown(text)} is not an http URL`, 'give it as http://HOST:PORT');
  if (url.username !== '' || url.password !== '')
    throw rejected('the URL contains a user name or a password', `give it as ${url.protocol}//${url.host}`);
  if (url.search !== '' || url.hash !== '') throw rejected('the URL has a query or a fragment', `give it as ${url.origin}${url.pathname}`);
  return url;
}

/** The origin of the service. @throws {Failure} `usage` also if the URL has a path */
export function checkedUrl(text: string): string {
  const { origin, pathname } = parsed(text);
  if (pathname !== '/') throw rejected(`the URL has the path ${pathname}`, `give it as ${origin}, without a path`);
  return origin;
}

/** URL of a monitoring program, which a proxy may serve under a path. It has no slash at the end. @throws {Failure} `usage` */
export function checkedUrlWithPath(text: string): string {
  const { origin, pathname } = parsed(text);
  return `${origin}${pathname.replace(/\/$/, '')}`;
}

/** Name or address to connect to: the hostname of a URL has brackets around an IPv6 address. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');
