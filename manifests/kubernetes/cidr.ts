import { BlockList, isIP } from 'node:net';

interface Block {
  readonly address: string;
  readonly prefix: number;
  readonly family: 'ipv4' | 'ipv6';
}

function parseBlock(text: string): Block | undefined {
  const [address = '', length = '', ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(length) || Number(length) > (version === 4 ? 32 : 128))
    return undefined;
  return { address, prefix: Number(length), family: version === 4 ? 'ipv4' : 'ipv6' };
}

/** Describes the error in a network in CIDR notation; undefined if it is valid. */
export function validateCidr(value: unknown): string | undefined {
  return typeof value === 'string' && parseBlock(value) !== undefined
    ? undefined
    : 'is not a network: write ADDRESS/BITS, such as 10.0.0.0/8';
}

/** Whether `outer` contains all addresses of `inner`. Both must be valid. */
export function isCidrWithin(inner: string, outer: string): boolean {
  const [small, large] = [parseBlock(inner), parseBlock(outer)];
  if (small === undefined || large === undefined || small.family !== large.family || small.prefix <= large.prefix) return false;
  const list = new BlockList();
  list.addSubnet(large.address, large.prefix, large.family);
  return list.check(small.address, small.family);
}
