import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isPublicAddress } from './addresses.ts';

/** A network that requests go to: the internet, or one that a test makes. */
export interface Network {
  /** Resolves a host to all of its addresses. */
  readonly lookup: (host: string, callback: (error: Error | null, addresses: LookupAddress[]) => void) => void;
  readonly isAllowed: (address: string) => boolean;
  /** The ports that URLs may have. */
  readonly ports: readonly number[];
  /** Certificates of authorities that replace the usual ones. */
  readonly ca?: string;
}

export const internet: Network = {
  lookup: (host, callback) => systemLookup(host, { all: true }, callback),
  isAllowed: isPublicAddress,
  ports: [80, 443],
};
