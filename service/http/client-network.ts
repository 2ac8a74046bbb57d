import { SocketAddress } from 'node:net';

const mapped = /^::ffff:(\d+(?:\.\d+){3})$/;

/**
 * The part of an address that one client owns: of IPv6 a whole /64; IPv4 in IPv6 form is the same address as without. Every
 * spelling of an address gives the same text, also with the port that some proxies write into X-Forwarded-For.
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
