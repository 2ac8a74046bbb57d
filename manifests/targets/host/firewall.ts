import { BlockList, isIP } from 'node:net';
import { type PortName, ports } from '../../../contract/ports.ts';

/** Ports of the contract that are open to the internet: HTTP for its redirect, and HTTPS. */
type PublicPort = 'service' | 'https';

/**
 * A connection that ufw accepts; its default policy denies all others.
 * A port of the contract that is not public does not compile without a source network.
 */
export type FirewallRule =
  | {
      readonly port: PublicPort | 'ssh';
      readonly from?: string;
      /** At most 6 connections in 30 s of an address. */
      readonly limited?: true;
      readonly why: string;
    }
  | { readonly port: Exclude<PortName, PublicPort>; readonly from: string; readonly limited?: true; readonly why: string };

/** RFC 1918 and RFC 4193. */
const privateNetworks = new BlockList();
privateNetworks.addSubnet('10.0.0.0', 8);
privateNetworks.addSubnet('172.16.0.0', 12);
privateNetworks.addSubnet('192.168.0.0', 16);
privateNetworks.addSubnet('fc00::', 7, 'ipv6');

/** Shortest prefix that still lies within a private network, by its first part. */
const shortest = (address: string) =>
  address.startsWith('10.') ? 8 : address.startsWith('172.') ? 12 : address.startsWith('192.') ? 16 : 7;

interface Network {
  readonly address: string;
  readonly bits: number;
}

function parse(cidr: string): Network | undefined {
  const [address = '', bits = '', ...rest] = cidr.split('/');
  const longest = isIP(address) === 6 ? 128 : 32;
  if (rest.length > 0 || isIP(address) === 0 || !/^\d+$/.test(bits) || Number(bits) > longest) return undefined;
  return { address, bits: Number(bits) };
}

function isPrivate({ address, bits }: Network): boolean {
  return privateNetworks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') && bits >= shortest(address);
}

/** The port's number; that of ssh is the host's own. */
export const portNumber = (port: FirewallRule['port'], ssh: number) => (port === 'ssh' ? ssh : ports[port]);

const isPublic = (port: FirewallRule['port']) => port === 'ssh' || port === 'service' || port === 'https';

/** @returns contradictions, and rules that open an internal port; each with both values */
export function firewallViolations(rules: readonly FirewallRule[], ssh: number): string[] {
  const found = rules.flatMap(({ port, from }) => {
    const name = `firewall: port ${portNumber(port, ssh)} (${port})`;
    const network = from === undefined ? undefined : parse(from);
    if (from !== undefined && !network) return [`${name} is open to "${from}", which is no network: write address/bits`];
    if (isPublic(port) || (network && isPrivate(network))) return [];
    return [`${name} is internal, but open to ${from ?? 'anywhere'}: name a private network`];
  });
  for (const { why } of rules.filter(({ why }) => why.includes("'")))
    found.push(`firewall: ufw takes no comment with an apostrophe: ${why}`);
  if (!rules.some(({ port }) => port === 'ssh'))
    found.push(`firewall: sshd listens on port ${ssh}, but no rule opens it: no login would be possible`);
  rules.forEach((rule, index) => {
    for (const other of rules.slice(0, index)) {
      if (portNumber(rule.port, ssh) !== portNumber(other.port, ssh)) continue;
      if (rule.from === other.from || rule.from === undefined || other.from === undefined)
        found.push(`firewall: two rules for port ${portNumber(rule.port, ssh)}: "${ufwRule(other, ssh)}" and "${ufwRule(rule, ssh)}"`);
    }
  });
  return found;
}

/** The rule in the syntax in which ufw shows it, for comparison. */
export function ufwRule({ port, from, limited }: FirewallRule, ssh: number): string {
  const action = limited ? 'limit' : 'allow';
  const number = portNumber(port, ssh);
  return from === undefined ? `${action} ${number}/tcp` : `${action} from ${from} to any port ${number} proto tcp`;
}
