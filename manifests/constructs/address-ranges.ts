import type { IpFamily } from '../environments/cluster-properties.ts';
import type { Environment } from '../environments/environment.ts';

interface AddressRanges {
  readonly all: string;
  /** Not on the internet. */
  readonly private: readonly string[];
  /** Of one node, such as its metadata service. */
  readonly linkLocal: string;
}

export const addressRanges: Readonly<Record<IpFamily, AddressRanges>> = {
  IPv4: { all: '0.0.0.0/0', private: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'], linkLocal: '169.254.0.0/16' },
  IPv6: { all: '::/0', private: ['fc00::/7'], linkLocal: 'fe80::/10' },
};

/** Families of an environment's pods and Services. */
export const familiesOf = ({ cluster }: Pick<Environment, 'cluster'>): readonly [IpFamily, ...IpFamily[]] =>
  cluster?.ipFamilies ?? ['IPv4'];

/** The address that listens on every interface, as HOST takes it: `::` accepts IPv4 too. */
export const anyAddress = (environment: Pick<Environment, 'cluster'>): '::' | '0.0.0.0' =>
  familiesOf(environment).includes('IPv6') ? '::' : '0.0.0.0';

/** `anyAddress` with a port. */
export const anyAddressAt = (environment: Pick<Environment, 'cluster'>, port: number): string => {
  const address = anyAddress(environment);
  return `${address === '::' ? '[::]' : address}:${port}`;
};
