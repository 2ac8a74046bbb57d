import { SocketAddress } from 'node:net';

const mapped = /^::ffff:(\d+(?:\.\d+){3})$/;

/**
 * The network that belongs to one client: the /64 of an IPv6 address, or an IPv4 address (also if it is mapped into IPv6). All notations
 * of an address return the same text, with or without the port that some proxies add in X-Forwarded-For.
 */
export function clientNetwork(text: string): string {
  const address = SocketAddress.parse(text)?.address ?? SocketAddress.parse(`[${text.split('%')[0]}]`)?.address ?? text;
  const plain = mapped.exec(address)?.[1] ?? address;
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: plain.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0 }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':').toLowerCase();
}
