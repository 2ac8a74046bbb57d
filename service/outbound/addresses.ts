import { BlockList, isIP } from 'node:net';

/**
 * Networks that are not on the internet: the special-purpose registries of IANA
 * (https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry) without those that are globally reachable.
 */
const special = {
  ipv4: [
    '0.0.0.0/8',
    '10.0.0.0/8',
    '100.64.0.0/10',
    '127.0.0.0/8',
    '169.254.0.0/16',
    '172.16.0.0/12',
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/4',
    '240.0.0.0/4',
    // The platform of Azure: metadata and DNS of its virtual machines.
    '168.63.129.16/32',
  ],
  // Inside of 2000::/3, the only range that is assigned to the internet: protocols such as Teredo, documentation, 6to4.
  ipv6: ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
} as const;

function blockList(family: 'ipv4' | 'ipv6', networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

const [specialV4, specialV6, internetV6] = [
  blockList('ipv4', special.ipv4),
  blockList('ipv6', special.ipv6),
  blockList('ipv6', ['2000::/3']),
];

/** Whether an address is one of the internet. Addresses that embed another, as ::ffff:10.0.0.1 and 64:ff9b::a00:1 do, are none. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !specialV4.check(address, 'ipv4');
  return version === 6 && internetV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6');
}
